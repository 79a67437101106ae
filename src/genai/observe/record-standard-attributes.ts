import type { Span } from '@opentelemetry/api';
import { GenAi, KIND_OF_OPERATION, Operation, Own } from '../conventions/index.js';
import { providerOf } from '../pricing/index.js';
import { usageOf } from './answer.js';
import { fieldsOf } from './fields.js';
import { recordSafely } from './record-safely.js';
import { parametersOf } from './request-attributes.js';
import { usageAttributes } from './write-answer.js';

/** One call of a model, for a span that the application makes itself. */
export interface StandardAttributes {
  /** The model that was asked for. */
  readonly model: string;
  /** @default 'chat' */
  readonly operation?: string;
  /** In the words of the conventions. @default what the model's name tells */
  readonly provider?: string;
  readonly conversationId?: string;
  /** Parameters of the request by their names in the provider's SDK, e.g. `max_tokens`. */
  readonly request?: object;
  readonly response?: {
    readonly id?: string;
    readonly model?: string;
    readonly finishReasons?: readonly string[];
  };
  /** `usage` of the provider's answer, as it came. */
  readonly usage?: object;
}

/** Writes the standard attributes of a call of a model, 0 and false included. Never throws. */
export function recordStandardAttributes(span: Span, call: StandardAttributes): void {
  recordSafely(() => {
    const { model, operation = Operation.chat, request, response } = call;
    const usage = usageOf({ usage: call.usage });
    span.setAttributes({
      [Own.spanKind]: KIND_OF_OPERATION[operation],
      [GenAi.operationName]: operation,
      ...parametersOf(fieldsOf(request)),
      [GenAi.requestModel]: model,
      [GenAi.providerName]: call.provider ?? providerOf(model),
      [GenAi.conversationId]: call.conversationId,
      [GenAi.responseId]: response?.id,
      [GenAi.responseModel]: response?.model,
      [GenAi.responseFinishReasons]: response?.finishReasons && [...response.finishReasons],
      ...(usage && usageAttributes(usage)),
    });
  });
}
