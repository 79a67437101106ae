import { ModulesContainer } from '@nestjs/core';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { TestService } from './support/test-service.js';

interface Operation {
  readonly operationId: string;
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string }>;
}

/** What Nest keeps of a parameter of a handler. */
interface Argument {
  readonly schema?: z.ZodObject;
}

describe('the OpenAPI document', () => {
  let service: TestService;
  let operations: Map<string, Operation>;

  beforeAll(async () => {
    service = await TestService.start();
    const { body } = await service.get<{ paths: Record<string, Record<string, Operation>> }>(
      '/openapi.json',
    );
    operations = new Map(
      Object.values(body.paths)
        .flatMap((path) => Object.values(path))
        .map((operation) => [operation.operationId, operation]),
    );
  });
  afterAll(() => service.stop());

  /** Of every handler that takes any: the operation, and the names that its schema knows. */
  function taken(type: RouteParamtypes): Array<[operation: string, names: string[]]> {
    const controllers = [...service.app.get(ModulesContainer).values()].flatMap((module) =>
      [...module.controllers.values()].map(({ metatype }) => metatype as new () => object),
    );
    return controllers.flatMap((controller) =>
      Object.getOwnPropertyNames(controller.prototype).flatMap((handler) => {
        const kept = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) as unknown;
        return Object.entries((kept ?? {}) as Record<string, Argument>)
          .filter(([key]) => key.startsWith(`${type}:`))
          .map(([, { schema }]): [string, string[]] => [
            `${controller.name}_${handler}`,
            Object.keys(schema?.shape ?? {}),
          ]);
      }),
    );
  }

  it.each([
    ['query', RouteParamtypes.QUERY, 4],
    ['path', RouteParamtypes.PARAM, 11],
  ] as const)(
    'lists what every handler takes of the %s, by its own schema',
    (place, type, count) => {
      const handlers = taken(type);
      // A query whose schema has an id would be a reference, of which Nest's document lists no fields.
      expect(handlers).toHaveLength(count);
      for (const [id, names] of handlers) {
        const listed = operations.get(id)?.parameters?.filter((one) => one.in === place);
        expect(names, id).not.toEqual([]);
        expect(listed?.map(({ name }) => name).toSorted(), id).toEqual(names.toSorted());
      }
    },
  );

  it('tells of a parameter what its schema tells', () => {
    expect(operations.get('ConversationController_list')?.parameters).toEqual([
      {
        name: 'cursor',
        in: 'query',
        required: false,
        description: 'The next_cursor of an earlier page',
        schema: {
          type: 'string',
          pattern: String.raw`^\d{1,18}$`,
          description: 'The next_cursor of an earlier page',
        },
      },
      {
        name: 'limit',
        in: 'query',
        required: false,
        description: 'Entries of a page',
        schema: {
          type: 'integer',
          minimum: 1,
          maximum: 200,
          default: 50,
          description: 'Entries of a page',
        },
      },
    ]);
    const bucket = { enum: ['hour', 'day', 'week', 'month'] };
    expect(operations.get('UsageController_report')?.parameters).toContainEqual(
      expect.objectContaining({
        name: 'bucket',
        schema: expect.objectContaining(bucket) as object,
      }),
    );
  });
});
