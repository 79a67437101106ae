/** What has come of an answer. */
export class Received {
  /** What was handed to the reader. */
  text = '';
  pieces = 0;
  bytes = 0;
  /** The reader was gone before all of it was handed over. */
  incomplete = false;
  timeToFirstChunkMs: number | undefined;
  readonly #start = performance.now();

  add(piece: string, toReader: boolean): void {
    this.timeToFirstChunkMs ??= performance.now() - this.#start;
    this.pieces += 1;
    this.bytes += Buffer.byteLength(piece);
    if (toReader) this.text += piece;
    else this.incomplete = true;
  }
}
