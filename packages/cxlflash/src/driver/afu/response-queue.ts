import type { Iova } from '@mdevkit/core';
import { RRQ_ENTRY_BYTES } from '../../abi/index.js';
import { iovaAt, isAligned } from './iova-range.js';

/** Where an entry of the response queue goes, and the value of its toggle. */
export interface RrqPlace {
  readonly iova: Iova;
  readonly toggle: 0 | 1;
}

/**
 * The device's end of a response queue: a ring in the memory of the client, from the first to the last entry. Whoever writes
 * one of its registers starts it anew.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, rrq_start, rrq_end, SISL_RESP_HANDLE_T_BIT; drivers/scsi/cxlflash/main.c,
 * process_hrrq.
 */
export class ResponseQueue {
  #start: Iova = 0;
  #end: Iova = 0;
  /** Entries; 0 while the registers name no queue. */
  #entries = 0;
  #index = 0;
  #toggle: 0 | 1 = 1;

  get start(): Iova {
    return this.#start;
  }

  set start(iova: Iova) {
    this.#start = iova;
    this.#restart();
  }

  get end(): Iova {
    return this.#end;
  }

  set end(iova: Iova) {
    this.#end = iova;
    this.#restart();
  }

  /** The next place; undefined if there is no queue. */
  next(): RrqPlace | undefined {
    if (this.#entries === 0) {
      return undefined;
    }
    const place = {
      iova: iovaAt(this.#start, this.#index * RRQ_ENTRY_BYTES),
      toggle: this.#toggle,
    };
    this.#index += 1;
    if (this.#index === this.#entries) {
      this.#index = 0;
      this.#toggle = this.#toggle === 1 ? 0 : 1;
    }
    return place;
  }

  #restart(): void {
    this.#index = 0;
    this.#toggle = 1;
    const bytes = BigInt(this.#end) - BigInt(this.#start);
    const isQueue =
      bytes >= 0n &&
      BigInt(this.#end) > 0n &&
      isAligned(this.#start, RRQ_ENTRY_BYTES) &&
      isAligned(this.#end, RRQ_ENTRY_BYTES);
    this.#entries = isQueue ? Number(bytes / BigInt(RRQ_ENTRY_BYTES)) + 1 : 0;
  }
}
