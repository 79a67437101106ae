import type { NewStep } from './workflow-store.js';

/** A step between its start and the row that records it. */
export class RunningStep {
  readonly #begun = performance.now();

  constructor(
    readonly name: string,
    readonly kind: NewStep['kind'],
    readonly position: number,
  ) {}

  completed(workflowId: string, found: Pick<NewStep, 'bookingKey' | 'rowCount'>): NewStep {
    return { ...this.#row(workflowId), ...found, status: 'completed' };
  }

  failed(workflowId: string): NewStep {
    return { ...this.#row(workflowId), status: 'failed' };
  }

  #row(workflowId: string) {
    const { name, kind, position } = this;
    const durationMs = Math.round((performance.now() - this.#begun) * 1000) / 1000;
    return { workflowId, name, kind, position, durationMs };
  }
}
