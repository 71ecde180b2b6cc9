import type { RangeHandler, RegisterPlace } from '@mdevkit/core';
import { DOORBELL_COMPLETION_HEAD, DOORBELL_SUBMISSION_TAIL } from '../../abi/index.js';
import type { QueueEngine } from './queue-engine.js';

const submissionTail: RegisterPlace = {
  name: 'SQ_TAIL_DOORBELL',
  offset: DOORBELL_SUBMISSION_TAIL,
  width: 4,
  writable: true,
};

const completionHead: RegisterPlace = {
  name: 'CQ_HEAD_DOORBELL',
  offset: DOORBELL_COMPLETION_HEAD,
  width: 4,
  writable: true,
};

/**
 * The doorbells of one queue. Accesses of other sizes than 4 bytes are ignored; reading gives the counters
 * from the device's point of view: entries fetched, completions posted.
 */
export class DoorbellPage implements RangeHandler {
  readonly #engine: QueueEngine;

  constructor(engine: QueueEngine) {
    this.#engine = engine;
  }

  registerAt(offset: number): RegisterPlace {
    return offset < DOORBELL_COMPLETION_HEAD ? submissionTail : completionHead;
  }

  read(offset: number, data: DataView, at: number, length: number): number {
    if (length === 4) {
      const { submissionHead, completionTail } = this.#engine;
      data.setUint32(
        at,
        offset === DOORBELL_SUBMISSION_TAIL ? submissionHead : completionTail,
        true,
      );
    } else {
      new Uint8Array(data.buffer, data.byteOffset + at, length).fill(0);
    }
    return length;
  }

  write(offset: number, data: DataView, at: number, length: number): number {
    if (length === 4) {
      const value = data.getUint32(at, true);
      if (offset === DOORBELL_SUBMISSION_TAIL) {
        this.#engine.submit(value);
      } else {
        this.#engine.acknowledge(value);
      }
    }
    return length;
  }
}
