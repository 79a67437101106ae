import { Injectable } from '@nestjs/common';

/** Whether the service still takes new work, and how much it has in hand. */
@Injectable()
export class Lifecycle {
  #draining = false;
  #retiring = false;
  #inFlight = 0;
  #served = 0;
  #sheds = 0;
  #becameIdle: (() => void) | undefined;

  get draining(): boolean {
    return this.#draining;
  }

  drain(): void {
    this.#draining = true;
  }

  /** Whether connections are given up with their next answer: this process will end soon. */
  get retiring(): boolean {
    return this.#retiring;
  }

  retire(): void {
    this.#retiring = true;
  }

  /** Requests that were answered, probes and scrapes left out. */
  get served(): number {
    return this.#served;
  }

  /** Requests that there was no room for. */
  get sheds(): number {
    return this.#sheds;
  }

  shed(): void {
    this.#sheds += 1;
  }

  requestBegan(): void {
    this.#inFlight += 1;
  }

  requestEnded(): void {
    this.#inFlight -= 1;
    this.#served += 1;
    if (this.#inFlight === 0) this.#becameIdle?.();
  }

  /** Resolves when no request is being served. */
  async idle(): Promise<void> {
    if (this.#inFlight === 0) return;
    await new Promise<void>((resolve) => (this.#becameIdle = resolve));
  }
}
