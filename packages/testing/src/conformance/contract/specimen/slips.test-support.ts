import {
  bytesIn,
  createObject,
  destroyObject,
  implement,
  MdevError,
  method,
  objectClass,
  type Implementation,
} from '@mdevkit/core';
import type { Defect } from './defects.test-support.js';

/** Slips at the most. */
const MOST = 16;

/** Keeps a text. */
export const Slip = objectClass({
  name: 'SLIP',
  id: 0,
  methods: {
    create: createObject(0, {}),
    destroy: destroyObject(1, {}),
    put: method(2, { text: bytesIn(1, { min: 1, max: 64 }) }),
  },
});

interface SlipState {
  text: Uint8Array;
}

/** The slips of one device, in which one thing may be wrong. */
export class Slips {
  readonly #all = new Set<SlipState>();
  readonly implementation: Implementation<typeof Slip, SlipState>;

  constructor(defect: Defect | undefined) {
    this.implementation = implement(Slip).withState<SlipState>(
      {
        create: () => {
          if (defect === 'slips-break') {
            throw new RangeError('there is no slip');
          }
          if (this.#all.size === MOST) {
            throw new MdevError('ENOSPC', 'specimen.slips', 'there are no more slips');
          }
          const slip = { text: new Uint8Array() };
          this.#all.add(slip);
          return { state: slip };
        },
        put: (slip, { text }) => {
          if (defect === 'slips-unread') {
            throw new TypeError('the text is not understood');
          }
          slip.text = text.slice();
        },
      },
      {
        release: (slip, reason) => {
          const isKept =
            defect === 'slips-count' || (defect === 'slips-stay' && reason !== 'destroy');
          if (!isKept) {
            this.#all.delete(slip);
          }
          if (defect === 'slips-refuse') {
            throw new MdevError('EBUSY', 'specimen.slips', 'the slip is in use');
          }
        },
      },
    );
  }
}
