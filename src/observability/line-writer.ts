/** Lines are handed to the stream in chunks of about this size, or after this time. */
const CHUNK_CHARACTERS = 16_384;
const WAIT_MS = 10;

/**
 * Writes log lines to stdout, many by one system call.
 *
 * A write of each line by itself costs more than the line: those of a hundredth of a second go out
 * together. Whoever ends the process flushes; what is killed loses what waits.
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
      setTimeout(() => {
        this.#scheduled = false;
        this.flush();
      }, WAIT_MS);
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
