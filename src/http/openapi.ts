import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

/** Documents an answer by the schema that the tests hold it to. */
export function ApiAnswer(status: number, schema: z.ZodType): MethodDecorator {
  const { $schema: _, ...document } = z.toJSONSchema(schema, { io: 'output' });
  return ApiResponse({ status, schema: document as never });
}

/** Documents an answer that can also be had as events. */
export function ApiStreamable(schema: z.ZodType): MethodDecorator {
  const { $schema: _, ...document } = z.toJSONSchema(schema, { io: 'output' });
  return ApiResponse({
    status: 200,
    description:
      'With `stream: true` or `Accept: text/event-stream`: `message` events with a `delta`, then one `done` with these fields or one `error` with a problem',
    content: {
      'application/json': { schema: document as never },
      'text/event-stream': { schema: { type: 'string' } },
    },
  });
}

/** Documents the `Idempotency-Key` header of an endpoint that honours it. */
export function ApiIdempotent(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'A repeat with the same key gets the first answer; no model is called again',
    }),
  );
}
