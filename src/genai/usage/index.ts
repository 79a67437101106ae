export { totalInput, totalOutput, type ModalityTokens, type TokenUsage } from './token-usage.js';
export { anthropicUsage } from './anthropic-usage.js';
export { geminiUsage } from './gemini-usage.js';
export { inclusiveUsage, type InclusiveCounts } from './inclusive-usage.js';
export { openaiUsage } from './openai-usage.js';
