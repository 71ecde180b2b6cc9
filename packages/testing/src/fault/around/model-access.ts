import type { ModelAccess } from '@mdevkit/core';
import type { MdevFaults } from '../inject/index.js';
import { sites } from '../table/index.js';

/** A driver's own access to memory, as a plan has it. */
export function faultyAccess(inner: ModelAccess, faults: MdevFaults): ModelAccess {
  return {
    get name() {
      return inner.name;
    },
    get pinCount() {
      return inner.pinCount;
    },
    get isClosed() {
      return inner.isClosed;
    },
    pin: (iova, length, options) => {
      faults.enter(sites.dmaHold);
      return inner.pin(iova, length, options);
    },
    rw: (iova, data, options) => {
      const struck = faults.enter(options.write ? sites.dmaWrite : sites.dmaRead);
      const carried = struck.carried(data.length);
      // To move nothing is refused; but the driver has asked for more, and is not to know.
      if (carried === 0 && data.length > 0) {
        return;
      }
      if (options.write) {
        inner.rw(iova, struck.outgoing(data), options);
        return;
      }
      const head = data.subarray(0, carried);
      inner.rw(iova, head, options);
      struck.turn(head);
    },
    [Symbol.dispose]: () => {
      inner[Symbol.dispose]();
    },
  };
}
