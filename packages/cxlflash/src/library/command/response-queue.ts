import { RRQ_ENTRY_BYTES } from '../../abi/index.js';
import type { ContextMemory } from '../memory/index.js';

/**
 * The client's end of the response queue. An entry is new if its toggle, bit 0, is what this round expects; it begins as 1.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, SISL_RESP_HANDLE_T_BIT; drivers/scsi/cxlflash/main.c, process_hrrq.
 */
export class ResponseQueue {
  readonly #view: DataView;
  readonly #entries: number;
  #index = 0;
  #toggle: 0 | 1 = 1;

  constructor({ view, slots }: ContextMemory) {
    this.#view = view;
    this.#entries = slots;
  }

  /** Takes the next new entry: the address that the device put there. -1 if there is none. */
  next(): number {
    const at = this.#index * RRQ_ENTRY_BYTES;
    const low = this.#view.getUint32(at, true);
    if ((low & 1) !== this.#toggle) {
      return -1;
    }
    const high = this.#view.getUint32(at + 4, true);
    this.#index += 1;
    if (this.#index === this.#entries) {
      this.#index = 0;
      this.#toggle = this.#toggle === 1 ? 0 : 1;
    }
    return high * 2 ** 32 + (low - (low & 1));
  }

  /** Takes what is there without looking at it. */
  discard(): void {
    while (this.next() !== -1) {
      // Nobody waits for it any more.
    }
  }
}
