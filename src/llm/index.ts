export { callAnswer } from './chat/call-answer.js';
export { callFields } from './chat/chat.schema.js';
export { LlmModule } from './llm.module.js';
export { LlmService, type AnsweredCall, type CallOptions, type CutCall } from './llm.service.js';
export type { ChatMessage, ModelRequest } from './provider/model-provider.js';
export { ProviderRegistry } from './provider/registry.js';
export { Retries } from './provider/retries.js';
