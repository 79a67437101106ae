import { Inject, Injectable } from '@nestjs/common';
import {
  currentSpan,
  observe,
  recordContent,
  recordPerformance,
  recordPrompt,
  recordStandardAttributes,
  recordTool,
  type ObserveOptions,
  type Performance,
  type PromptTemplate,
  type RecordedContent,
  type StandardAttributes,
  type ToolExecution,
} from '../genai/observe/index.js';
import { SPANLEDGER_OPTIONS, type SpanledgerModuleOptions } from './spanledger-options.js';

/**
 * Writes on the span that is active where it is called, e.g. that of an `@Observe()` method. Without
 * one it does nothing. Nothing here throws, but what `span` runs.
 */
@Injectable()
export class TracingService {
  constructor(@Inject(SPANLEDGER_OPTIONS) private readonly options: SpanledgerModuleOptions) {}

  /**
   * Runs `fn` in a span of its own; see `observe`.
   * @example await tracing.span({ kind: 'retriever', name: 'handbook' }, () => index.find(query));
   */
  span<T>(options: ObserveOptions & { readonly name: string }, fn: () => T): T {
    return observe(options, fn)();
  }

  /** The execution of a tool; its arguments and result only where content is captured. */
  tool(tool: ToolExecution): void {
    recordTool(currentSpan(), tool, this.options);
  }

  /** @returns the hash of the template: the first 16 hexadecimal digits of its SHA-256 */
  prompt(prompt: PromptTemplate): string {
    return recordPrompt(currentSpan(), prompt);
  }

  performance(performance: Performance): void {
    recordPerformance(currentSpan(), performance);
  }

  /** Prompt and answer, as events; only where content is captured. */
  content(content: RecordedContent): void {
    recordContent(currentSpan(), content, this.options);
  }

  /** A call of a model that no instrumentation sees. */
  standardAttributes(call: StandardAttributes): void {
    recordStandardAttributes(currentSpan(), call);
  }
}
