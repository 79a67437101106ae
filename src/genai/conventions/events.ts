/** Events of the conventions: log records with an event name. */
export const Event = {
  /** Everything about one inference, structured; the newest way to carry content. */
  inferenceDetails: 'gen_ai.client.inference.operation.details',
  /** One log record a message, as conventions up to v1.36 had it. */
  systemMessage: 'gen_ai.system.message',
  userMessage: 'gen_ai.user.message',
  assistantMessage: 'gen_ai.assistant.message',
  toolMessage: 'gen_ai.tool.message',
  choice: 'gen_ai.choice',
} as const;

/** Span events of the Python SDK this follows. */
export const SpanEvent = {
  contentPrompt: 'gen_ai.content.prompt',
  contentCompletion: 'gen_ai.content.completion',
  toolCall: 'gen_ai.tool.call',
  toolResult: 'gen_ai.tool.result',
} as const;

/** Where older instrumentations put the name of an event. */
export const EVENT_NAME_ATTRIBUTE = 'event.name';
