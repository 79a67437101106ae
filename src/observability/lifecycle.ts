import { Injectable } from '@nestjs/common';

/** Whether the service still takes new work, and how much it has in hand. */
@Injectable()
export class Lifecycle {
  #draining = false;
  #inFlight = 0;
  #becameIdle: (() => void) | undefined;

  get draining(): boolean {
    return this.#draining;
  }

  drain(): void {
    this.#draining = true;
  }

  requestBegan(): void {
    this.#inFlight += 1;
  }

  requestEnded(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#becameIdle?.();
  }

  /** Resolves when no request is being served. */
  async idle(): Promise<void> {
    if (this.#inFlight === 0) return;
    await new Promise<void>((resolve) => (this.#becameIdle = resolve));
  }
}
