import type { EntityManager } from 'typeorm';

/** Thrown inside a transaction whose lease another worker took over meanwhile. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor(leaseName: string) {
    super(`The lease ${leaseName} ran out before the work was committed`);
  }
}

/** A held name. It renews itself while the work runs. */
export interface Lease {
  /**
   * Gives the name back as a part of the caller's transaction: what the transaction writes is
   * committed only if the name was still held.
   *
   * @throws {LeaseLostError} when it was not
   */
  releaseIn(transaction: EntityManager): Promise<void>;
}
