import { SpanEvent, GenAi, KIND_OF_OPERATION, Operation, Own } from '../conventions/index.js';
import type { Attributes, Span } from '@opentelemetry/api';
import { capture } from './capture.js';
import { recordSafely } from './record-safely.js';

const DURATION_MS = 'gen_ai.function.call.duration_ms';

/** One execution of a tool. */
export interface ToolExecution {
  readonly name: string;
  /** `function`, `extension` or `datastore`. */
  readonly type?: string;
  readonly description?: string;
  /** The id that the model gave the call. */
  readonly callId?: string;
  readonly arguments?: unknown;
  readonly result?: unknown;
  /** Milliseconds. */
  readonly durationMs?: number;
}

/**
 * Writes the execution of a tool on its span, as attributes and as `gen_ai.tool.call` and
 * `gen_ai.tool.result` events. Arguments and result are content: left out unless `captureContent`.
 * Falsy ones are recorded like any other. Never throws.
 */
export function recordTool(
  span: Span,
  tool: ToolExecution,
  { captureContent = false }: { readonly captureContent?: boolean } = {},
): void {
  recordSafely(() => {
    const { name, type, description, callId, durationMs } = tool;
    const given = captureContent && tool.arguments !== undefined;
    const gave = captureContent && tool.result !== undefined;
    const call: Attributes = {
      [GenAi.toolName]: name,
      [GenAi.toolCallId]: callId,
      [GenAi.toolCallArguments]: given ? capture(tool.arguments) : undefined,
    };
    const result: Attributes = {
      [GenAi.toolName]: name,
      [GenAi.toolCallId]: callId,
      [GenAi.toolCallResult]: gave ? capture(tool.result) : undefined,
    };
    span.setAttributes({
      [Own.spanKind]: KIND_OF_OPERATION[Operation.executeTool],
      [GenAi.operationName]: Operation.executeTool,
      ...call,
      ...result,
      [GenAi.toolType]: type,
      [GenAi.toolDescription]: description,
      [DURATION_MS]: durationMs,
    });
    if (given) span.addEvent(SpanEvent.toolCall, call);
    if (gave) span.addEvent(SpanEvent.toolResult, result);
  });
}
