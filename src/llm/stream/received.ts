/** How fast a stream came. */
export interface StreamTiming {
  /** From the call's start to the first text. */
  readonly timeToFirstChunkMs?: number;
  /** Between one piece of text and the next, on average; undefined of fewer than two. */
  readonly timePerChunkMs?: number;
}

/** What has come of an answer. */
export class Received {
  /** What was handed to the reader. */
  text = '';
  pieces = 0;
  bytes = 0;
  /** The reader was gone before all of it was handed over. */
  incomplete = false;
  readonly #start = performance.now();
  #first: number | undefined;
  #last = 0;

  add(piece: string, toReader: boolean): void {
    this.#last = performance.now();
    this.#first ??= this.#last;
    this.pieces += 1;
    this.bytes += Buffer.byteLength(piece);
    if (toReader) this.text += piece;
    else this.incomplete = true;
  }

  get timing(): StreamTiming {
    if (this.#first === undefined) return {};
    return {
      timeToFirstChunkMs: this.#first - this.#start,
      timePerChunkMs: this.timePerChunkMs,
    };
  }

  get timePerChunkMs(): number | undefined {
    const gaps = this.pieces - 1;
    return this.#first !== undefined && gaps > 0 ? (this.#last - this.#first) / gaps : undefined;
  }
}
