/** Where an answer goes while it comes. */
export interface AnswerSink {
  /** The provider has begun to answer. */
  begin(): void;
  /**
   * Takes one piece of text.
   *
   * @returns what to wait for before the next piece; nothing while there is room. It also ends
   * when the signal aborts.
   */
  write(text: string, signal: AbortSignal): Promise<void> | undefined;
}
