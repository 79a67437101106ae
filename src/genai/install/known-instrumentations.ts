import { createRequire } from 'node:module';
import { join } from 'node:path';
import { diag } from '@opentelemetry/api';

/** Instrumentations of model clients that do not trace themselves. */
const KNOWN = [
  { package: '@opentelemetry/instrumentation-openai', exported: 'OpenAIInstrumentation' },
] as const;

/** Those of the known ones that the application has installed. */
export function knownInstrumentations(captureMessageContent: boolean): object[] {
  const fromApplication = createRequire(join(process.cwd(), 'package.json'));
  return KNOWN.flatMap(({ package: name, exported }) => {
    try {
      const Instrumentation = fromApplication(name)[exported] as new (config: object) => object;
      return [new Instrumentation({ captureMessageContent })];
    } catch {
      diag.debug(`${name} is not installed`);
      return [];
    }
  });
}
