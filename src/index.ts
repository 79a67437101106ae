/** The Nest face of the library: module, decorators and services. The core is `spanledger/genai`. */
export {
  Agent,
  Conversation,
  Observe,
  ScopeInterceptor,
  SpanledgerModule,
  TracingService,
  Workflow,
  type RequestPath,
  type ScopeSources,
  type SpanledgerModuleOptions,
} from './nest/index.js';
export { ScopeCarrier, type ScopeCarrierOptions } from './genai/scope/index.js';
