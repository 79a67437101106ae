/** Lines are handed to the stream in chunks of about this size, or at the end of the turn. */
const CHUNK_CHARACTERS = 16_384;

/**
 * Writes log lines to stdout, many by one system call.
 *
 * A write of each line by itself costs more than the line; lines of the same turn of the event
 * loop go out together, so nothing waits longer than that turn.
 */
export class LineWriter {
  #buffer = '';
  #scheduled = false;

  constructor(private readonly stream: NodeJS.WritableStream) {}

  write(line: string): void {
    this.#buffer += `${line}\n`;
    if (this.#buffer.length > CHUNK_CHARACTERS) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
  }

  flush(): void {
    if (this.#buffer === '') return;
    const chunk = this.#buffer;
    this.#buffer = '';
    this.stream.write(chunk);
  }
}

/** All of the process's log lines go through this one, so that they stay in order. */
export const stdoutLines = new LineWriter(process.stdout);
