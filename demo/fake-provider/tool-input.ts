import type { Random } from './random.ts';

export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly enum?: readonly unknown[];
}

/** An input that fits the tool's schema; texts are taken from what the user said. */
export function toolInput(schema: JsonSchema | undefined, words: string, random: Random): unknown {
  switch (schema?.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, property]) => [
          name,
          toolInput(property, words, random),
        ]),
      );
    case 'integer':
    case 'number':
      return random.between(1, 100);
    case 'boolean':
      return random.next() < 0.5;
    case 'array':
      return [];
    case 'string':
      return schema.enum?.[0] ?? words.slice(0, 80);
    default:
      return {};
  }
}
