import { Inject, Injectable } from '@nestjs/common';
import { Problem } from '../../http/index.js';
import type { ModelProvider } from './model-provider.js';

/** Injection token of the list of all providers. */
export const MODEL_PROVIDERS = Symbol('MODEL_PROVIDERS');

/** Knows the providers, and which of them calls go to. */
@Injectable()
export class ProviderRegistry {
  constructor(@Inject(MODEL_PROVIDERS) readonly all: readonly ModelProvider[]) {}

  /**
   * The provider that calls go to.
   *
   * @throws {Problem} 503 naming the variable to set, when it has no key
   */
  configured(): ModelProvider {
    const [provider] = this.all;
    if (!provider) throw new Error('No provider is registered');
    if (provider.missingVariable !== undefined) throw notConfigured(provider);
    return provider;
  }

  isConfigured(name: string): boolean {
    return this.all.some((one) => one.name === name && one.missingVariable === undefined);
  }
}

function notConfigured({ name, missingVariable }: ModelProvider): Problem {
  return new Problem({
    status: 503,
    kind: 'provider-not-configured',
    detail: `The provider ${name} is not configured. Set the environment variable ${missingVariable} and restart the service.`,
    extensions: { provider: name },
  });
}
