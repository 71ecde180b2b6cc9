import {
  ringAdvance,
  ringIndex,
  SUBMISSION_ENTRY_BYTES,
  SubmissionEntry,
} from '../../abi/index.js';

/** What goes into a submission entry; addresses are IOVAs. */
export interface Submission {
  readonly opcode: number;
  readonly tag: number;
  readonly source: number;
  readonly sourceBytes: number;
  readonly destination: number;
  readonly destinationBytes: number;
  readonly auxiliary: number;
  readonly auxiliaryBytes: number;
  readonly parameter: number;
}

/** The client's end of a submission ring. Whoever writes sees to it that there is room. */
export class SubmissionWriter {
  readonly #ring: DataView;
  readonly #depthLog2: number;
  readonly #entry = SubmissionEntry.view();
  #tail = 0;

  /** `ring` is zeroed. */
  constructor(ring: Uint8Array, depthLog2: number) {
    this.#ring = new DataView(ring.buffer, ring.byteOffset, ring.byteLength);
    this.#depthLog2 = depthLog2;
  }

  /** Entries written so far, modulo 2^32. */
  get tail(): number {
    return this.#tail;
  }

  write(submission: Submission): void {
    const at = ringIndex(this.#tail, this.#depthLog2) * SUBMISSION_ENTRY_BYTES;
    const entry = this.#entry.at(this.#ring, at);
    entry.opcode = submission.opcode;
    entry.tag = submission.tag;
    entry.source = BigInt(submission.source);
    entry.source_length = submission.sourceBytes;
    entry.destination = BigInt(submission.destination);
    entry.destination_length = submission.destinationBytes;
    entry.auxiliary = BigInt(submission.auxiliary);
    entry.auxiliary_length = submission.auxiliaryBytes;
    entry.parameter = submission.parameter;
    this.#tail = ringAdvance(this.#tail, 1);
  }
}
