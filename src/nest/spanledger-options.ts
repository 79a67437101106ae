import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { InstallOptions } from '../genai/install/index.js';
import type { ScopeCarrierOptions } from '../genai/scope/index.js';
import type { ScopeSources } from './scope-sources.js';

export interface SpanledgerModuleOptions {
  /**
   * Sets up the OpenTelemetry SDK, and stops it with the application; see `install`. Leave it out
   * where the application starts an SDK itself, with `--import`, which instruments more: what is
   * loaded before the module is not seen by instrumentations.
   */
  readonly install?: InstallOptions;
  /** Which parts of the scope are read from HTTP requests. @default none */
  readonly scope?: ScopeSources;
  /**
   * Where the scope may go from here, by the injectable `ScopeCarrier`, and whether requests may
   * bring one. @default nowhere, and no
   */
  readonly carrier?: ScopeCarrierOptions;
  /** Whether `TracingService` records prompts, answers, and arguments and results of tools. @default false */
  readonly captureContent?: boolean;
}

export const {
  ConfigurableModuleClass: SpanledgerModuleBase,
  MODULE_OPTIONS_TOKEN: SPANLEDGER_OPTIONS,
} = new ConfigurableModuleBuilder<SpanledgerModuleOptions>({ moduleName: 'Spanledger' })
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build();
