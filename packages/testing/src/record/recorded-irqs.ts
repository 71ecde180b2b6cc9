import type { Irqs } from '@mdevkit/core';
import { plainNumber } from './plain.js';
import type { Tape } from './tape.js';

/** The interrupts of a model, each of them told to the tape. */
export function recordedIrqs(inner: Irqs, tape: Tape): Irqs {
  const note = (
    action: 'trigger' | 'assert' | 'deassert',
    index: number,
    subindex: number,
    delivered: boolean,
  ): boolean => {
    tape.add((time) => ({
      kind: 'irq',
      time,
      action,
      index: plainNumber(index),
      subindex: plainNumber(subindex),
      delivered,
    }));
    return delivered;
  };
  return {
    trigger: (index, subindex = 0) =>
      note('trigger', index, subindex, inner.trigger(index, subindex)),
    assert: (index) => note('assert', index, 0, inner.assert(index)),
    deassert: (index) => {
      inner.deassert(index);
      note('deassert', index, 0, false);
    },
    enabled: (index) => inner.enabled(index),
  };
}
