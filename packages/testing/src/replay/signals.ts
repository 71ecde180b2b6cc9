import type { IrqSlot, IrqSource, IrqTarget } from '@mdevkit/core';
import type { RecordedDevice, RecordedValue } from '../record/index.js';
import { irqText } from '../record/text.js';

/** One interrupt of a device, and how often it was signalled since the last comparison. */
interface Counted {
  readonly index: number;
  readonly subindex: number;
  expected: number;
  got: number;
}

/** Counts what the interrupts of a device signal to its client, and what they should. */
export class Signals {
  readonly #counts = new Map<string, Counted>();

  /** Whether fewer have come than are expected. */
  get areMissing(): boolean {
    return [...this.#counts.values()].some(({ expected, got }) => got < expected);
  }

  /** What stands for the slots of a recorded call, at `index` from `start` on. A source never signals by itself. */
  slots(recorded: readonly RecordedValue[], index: number, start: number): readonly IrqSlot[] {
    return recorded.map((slot, at) => {
      if (slot === 'source') {
        return silentSource;
      }
      if (slot === 'target' || (typeof slot === 'number' && slot >= 0)) {
        return this.#target(this.#counted(index, start + at));
      }
      return typeof slot === 'number' ? slot : -1;
    });
  }

  /** One more is to come. */
  expect(index: number, subindex: number): void {
    this.#counted(index, subindex).expected += 1;
  }

  /** What is not as expected, in words. */
  compare(device: RecordedDevice): readonly string[] {
    return [...this.#counts.values()]
      .filter(({ expected, got }) => expected !== got)
      .map(({ index, subindex, expected, got }) => {
        return `interrupt ${irqText(device, index, subindex)}: ${got} instead of ${expected}`;
      });
  }

  /** What has come until now is what was expected. */
  settle(): void {
    for (const counted of this.#counts.values()) {
      counted.expected = 0;
      counted.got = 0;
    }
  }

  #counted(index: number, subindex: number): Counted {
    const name = `${index}:${subindex}`;
    const found = this.#counts.get(name);
    if (found !== undefined) {
      return found;
    }
    const counted = { index, subindex, expected: 0, got: 0 };
    this.#counts.set(name, counted);
    return counted;
  }

  #target(counted: Counted): IrqTarget {
    return {
      signal: () => {
        counted.got += 1;
      },
    };
  }
}

const silentSource: IrqSource = {
  subscribe: () => ({ [Symbol.dispose]: () => undefined }),
};
