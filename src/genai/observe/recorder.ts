import type { Span } from '@opentelemetry/api';
import { GenAi } from '../conventions/index.js';
import { AnswerStream, deltaTextOf } from './answer-stream.js';
import { answerOf } from './answer.js';
import { CAPTURE_LIMIT, capture } from './capture.js';
import { recordOutput } from './record-content.js';
import type { SpanShape } from './span-shape.js';
import { chatSpanName, writeAnswer } from './write-answer.js';

const MAX_VALUES = 100;

/**
 * What is kept of a result while the work goes on: of a call of a model what its answer tells, and
 * where output is captured, the output. Bounded, however long the stream.
 */
export class Recorder {
  readonly #shape: SpanShape;
  readonly #stream: AnswerStream | undefined;
  readonly #start = performance.now();
  #secondsToFirst: number | undefined;
  #text = '';
  readonly #values: string[] = [];
  #whole: unknown;

  constructor(shape: SpanShape) {
    this.#shape = shape;
    if (shape.kind === 'llm') this.#stream = new AnswerStream();
  }

  /** Takes one value of a stream. */
  addValue(value: unknown): void {
    this.#secondsToFirst ??= (performance.now() - this.#start) / 1000;
    this.#stream?.add(value);
    if (!this.#shape.captureOutput) return;
    const text = deltaTextOf(value);
    if (text !== undefined) {
      if (this.#text.length < CAPTURE_LIMIT) this.#text += text;
    } else if (!this.#stream && this.#values.length < MAX_VALUES) {
      // As text at once: it would be a way to keep the application's objects alive.
      this.#values.push(capture(value, CAPTURE_LIMIT / MAX_VALUES));
    }
  }

  /** Takes the one result, or what a generator returns after its values. */
  addWhole(value: unknown): void {
    this.#whole = value;
    this.#stream?.add(value);
  }

  /** @param requestModel - the model that was asked for, if it is known */
  writeTo(span: Span, requestModel: string | undefined): void {
    const { captureOutput = false, provider } = this.#shape;
    if (this.#stream) {
      const answer = this.#stream.answer;
      const model = requestModel ?? answer.model;
      if (model !== undefined) span.updateName(chatSpanName(model));
      writeAnswer(span, answer, { provider, withContent: captureOutput });
      if (this.#secondsToFirst !== undefined) {
        span.setAttribute(GenAi.responseTimeToFirstChunk, this.#secondsToFirst);
      }
    }
    if (captureOutput) this.#writeOutput(span);
  }

  #writeOutput(span: Span): void {
    const { kind } = this.#shape;
    const streamed = this.#text === '' ? this.#values : [this.#text];
    if (streamed.length > 0) {
      const result = this.#text === '' ? this.#values : this.#text;
      recordOutput(span, kind, {
        result,
        texts: streamed,
        toolCalls: this.#stream?.answer.toolCalls,
      });
    } else if (this.#whole !== undefined) {
      recordOutput(span, kind, { result: this.#whole, ...answerOf(this.#whole) });
    }
  }
}
