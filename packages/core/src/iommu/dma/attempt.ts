import { isIova } from '../iova.js';
import type { DmaHub } from './dma-hub.js';
import type { DmaAccess, Iova, Pasid } from './dma.js';
import { DmaFaultError, type DmaFault } from './fault.js';

/** An access beside the hot path: what it is, and how it fails. */
export class Attempt {
  readonly pasid: Pasid;
  readonly iova: Iova;
  readonly length: number;
  readonly access: DmaAccess;
  readonly #hub: DmaHub;
  readonly #opening: number;

  /** `opening` is whose access it is: {@link DmaHub.opening}. */
  constructor(
    hub: DmaHub,
    opening: number,
    pasid: Pasid,
    iova: Iova,
    length: number,
    access: DmaAccess,
  ) {
    this.#opening = opening;
    this.pasid = pasid;
    this.iova = iova;
    this.length = length;
    this.access = access;
    this.#hub = hub;
  }

  /** Counts and reports that the access is refused, and returns what is to be thrown. A later client is not told. */
  fault(cause: DmaFault['cause'], error?: unknown): DmaFaultError {
    if (this.#hub.opening !== this.#opening) {
      return this.silentFault(cause, error);
    }
    const failed = this.silentFault(cause, error);
    this.#hub.events.report({ kind: 'fault', ...failed.fault });
    return failed;
  }

  /** The same for the access of a client that is gone: the present one must not hear of it. */
  silentFault(cause: DmaFault['cause'], error?: unknown): DmaFaultError {
    const { pasid, iova, length, access } = this;
    this.#hub.tally.faults += 1;
    return new DmaFaultError(
      {
        pasid: wholeOrZero(pasid),
        iova: isIova(iova) ? BigInt(iova) : 0n,
        length: wholeOrZero(length),
        access,
        cause,
      },
      error,
    );
  }
}

/** What is no such number cannot be told to a client. */
function wholeOrZero(value: number): number {
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
