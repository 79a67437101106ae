import type { CapturedContent } from '../genai/redaction/index.js';
import { stdoutLines } from './line-writer.js';

/** Characters of content in one line: Loki refuses lines beyond 256 KB, which escapes can reach. */
const MOST_CHARACTERS = 32_768;

/**
 * Writes captured content as a JSON line of its own, found from the span by `trace_id`, `span_id`
 * and, where the text is whole, `sha256`.
 */
export function writeContentLine(service: string, captured: CapturedContent): void {
  const { traceId, spanId, key, content, sha256 } = captured;
  stdoutLines.write(
    JSON.stringify({
      timestamp: new Date().toISOString(),
      level: 'INFO',
      service,
      message: 'Captured content',
      trace_id: traceId,
      span_id: spanId,
      key,
      content: content.slice(0, MOST_CHARACTERS).toWellFormed(),
      length: content.length,
      sha256,
    }),
  );
}
