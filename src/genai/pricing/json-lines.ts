import type { Path } from './shape.js';

/** Not JSON, or a key twice in one object; with its line. */
export class JsonFault extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** A JSON value that knows on which line of the text each part of it stands. */
export interface JsonWithLines {
  readonly value: unknown;
  /** The line, from 1, of the value at the path, or of what would hold it. */
  lineOf(path: Path): number;
}

const TOKEN =
  /[ \t\r\n]*("(?:[^"\\\n]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:])/y;

/** A list of overrides is three levels deep. */
const MAX_DEPTH = 32;

/**
 * Reads JSON as `JSON.parse` does, and remembers lines.
 * @throws {JsonFault} at the first thing that is not JSON
 */
export function parseJsonWithLines(text: string): JsonWithLines {
  const reader = new Reader(text);
  const value = reader.readDocument();
  return {
    value,
    lineOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const line = reader.lines.get(JSON.stringify(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return 1;
    },
  };
}

class Reader {
  readonly lines = new Map<string, number>();
  readonly #text: string;
  #position = 0;
  #line = 1;

  constructor(text: string) {
    // Editors on Windows begin a file with a byte order mark.
    this.#text = text.replace(/^\uFEFF/, '');
  }

  readDocument(): unknown {
    const value = this.#readValue(this.#next(), []);
    if (this.#text.slice(this.#position).trim() !== '') {
      throw new JsonFault(this.#line, 'there is more after the end of the JSON value');
    }
    return value;
  }

  #readValue(token: string, path: Path): unknown {
    if (path.length > MAX_DEPTH) throw new JsonFault(this.#line, 'nested too deeply');
    if (!this.lines.has(JSON.stringify(path))) this.lines.set(JSON.stringify(path), this.#line);
    if (token === '{') return this.#readObject(path);
    if (token === '[') return this.#readList(path);
    if (/^[}\],:]$/.test(token)) throw this.#unexpected(token, 'a value');
    return this.#readLiteral(token);
  }

  #readObject(path: Path): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    let token = this.#next();
    while (token !== '}') {
      if (!token.startsWith('"')) throw this.#unexpected(token, 'a key in double quotes');
      const key = String(this.#readLiteral(token));
      if (entries.has(key)) throw new JsonFault(this.#line, `the key ${token} stands here twice`);
      this.lines.set(JSON.stringify([...path, key]), this.#line);
      this.#expect(':');
      entries.set(key, this.#readValue(this.#next(), [...path, key]));
      token = this.#endOrNext('}');
    }
    return Object.fromEntries(entries);
  }

  #readList(path: Path): unknown[] {
    const list: unknown[] = [];
    let token = this.#next();
    while (token !== ']') {
      list.push(this.#readValue(token, [...path, list.length]));
      token = this.#endOrNext(']');
    }
    return list;
  }

  #readLiteral(token: string): unknown {
    try {
      return JSON.parse(token);
    } catch {
      throw new JsonFault(this.#line, `not JSON: ${token.slice(0, 40)}`);
    }
  }

  /** After a member: the end, or what follows a comma, which must not be the end. */
  #endOrNext(end: string): string {
    const token = this.#next();
    if (token === end) return end;
    if (token !== ',') throw this.#unexpected(token, `"," or "${end}"`);
    const member = this.#next();
    if (member === end) throw this.#unexpected(member, 'something after the ","');
    return member;
  }

  #expect(wanted: string): void {
    const token = this.#next();
    if (token !== wanted) throw this.#unexpected(token, `"${wanted}"`);
  }

  #unexpected(token: string, wanted: string): JsonFault {
    return new JsonFault(this.#line, `found ${token} instead of ${wanted}`);
  }

  #next(): string {
    TOKEN.lastIndex = this.#position;
    const match = TOKEN.exec(this.#text);
    const token = match?.[1];
    if (token === undefined) {
      const rest = this.#text.slice(this.#position).trimStart();
      this.#line += newlines(this.#text.slice(this.#position, this.#text.length - rest.length));
      throw new JsonFault(
        this.#line,
        rest === ''
          ? 'the file ends too early'
          : `not JSON: ${rest.split(/\s/, 1)[0]?.slice(0, 40)}`,
      );
    }
    this.#line += newlines(match?.[0] ?? '');
    this.#position = TOKEN.lastIndex;
    return token;
  }
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}
