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
      if (options.write) {
        inner.rw(iova, struck.outgoing(data), options);
        return;
      }
      const head = data.subarray(0, struck.carried(data.length));
      inner.rw(iova, head, options);
      struck.turn(head);
    },
    [Symbol.dispose]: () => {
      inner[Symbol.dispose]();
    },
  };
}
