import type { Schema } from './right.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { schema?: Schema }>> };
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** One operation of the service, as its own document describes it. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyArray<readonly [name: string, schema: Schema]>;
  readonly body?: Schema;
}

export function routesOf({ paths, components }: Document): Route[] {
  const resolve = (schema: Schema | undefined): Schema => {
    const name = schema?.$ref?.split('/').at(-1);
    return name === undefined ? (schema ?? {}) : resolve(components?.schemas?.[name]);
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      query: parameters
        .filter((it) => it.in === 'query')
        .map(({ name, schema }) => [name, resolve(schema)] as const),
      body: requestBody && resolve(requestBody.content?.['application/json']?.schema),
    })),
  );
}
