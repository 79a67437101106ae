export { Agent, Conversation, Observe, Workflow } from './observe.decorator.js';
export { ScopeInterceptor } from './scope.interceptor.js';
export type { RequestPath, ScopeSources } from './scope-sources.js';
export { SpanledgerModule } from './spanledger.module.js';
export type { SpanledgerModuleOptions } from './spanledger-options.js';
export { TracingService } from './tracing.service.js';
