import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { z } from 'zod';
import { invalidRequest, type FieldFault, type Problem } from './problem.js';

/** What a Standard Schema issue is; zod adds `keys` for unknown fields. */
interface Issue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>;
  readonly keys?: readonly string[];
}

/** Validates bodies, queries and path parameters; the 422 names every wrong field. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new ValidationPipe({ exceptionFactory: problemOf });
}

/**
 * Nest's pipe, but for parameters of the path: they are flat texts, in which nothing can be hidden,
 * and their schemas answer at once.
 */
class ValidationPipe extends StandardSchemaValidationPipe {
  override transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    const { schema, type } = metadata;
    const result = type === 'param' && schema?.['~standard'].validate(value);
    if (!result || result instanceof Promise) return super.transform(value, metadata);
    if (result.issues) throw problemOf(result.issues);
    // Nest's type has a promise here; what is none is not waited for.
    return result.value as Promise<T>;
  }
}

/**
 * The same for what code hands in.
 *
 * @throws {Problem} 422
 */
export function parseRequest<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw problemOf(parsed.error.issues as unknown as readonly Issue[]);
}

function problemOf(issues: readonly Issue[]): Problem {
  return invalidRequest(issues.flatMap(faultsOf));
}

/** Unknown fields come as one issue of the object that holds them: name each by itself. */
function faultsOf(issue: Issue): FieldFault[] {
  const path = (issue.path ?? []).map((segment) =>
    String(typeof segment === 'object' ? segment.key : segment),
  );
  if (issue.keys) {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'Unknown field' }));
  }
  return [{ path: path.join('.'), message: issue.message }];
}
