import type { IrqSlot, IrqSource, IrqTarget } from '@mdevkit/core';
import type { RecordedDevice, RecordedValue } from '../record/index.js';
import { irqText } from '../record/text.js';
import type { CallPlace } from './call-entry.js';

/** One interrupt of a device, and how often it was signalled since the last comparison. */
interface Counted {
  readonly index: number;
  readonly subindex: number;
  expected: number;
  /** With those that were carried on. */
  got: number;
  /** That had come before they were expected, when it was compared last; and after which call the first of them came. */
  carried: number;
  since: CallPlace | undefined;
}

/** What is not as expected, and where that began. */
export interface SignalDifference {
  readonly place: CallPlace;
  readonly text: string;
}

/**
 * Counts what the interrupts of a device signal to its client, and what they should. A device that works by itself may be
 * faster than it was: what comes before it is expected is carried on, until totals are compared.
 */
export class Signals {
  readonly #counts = new Map<string, Counted>();
  /** Those with anything since the last comparison, or with something carried on. */
  readonly #active = new Set<Counted>();
  #missing = 0;

  /** Whether fewer have come than are expected. */
  get areMissing(): boolean {
    return this.#missing > 0;
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
    const counted = this.#counted(index, subindex);
    this.#active.add(counted);
    counted.expected += 1;
    this.#missing += counted.got < counted.expected ? 1 : 0;
  }

  /** Since `place`: what has not come. What has come too early is carried on. */
  compare(device: RecordedDevice, place: CallPlace): readonly SignalDifference[] {
    const missing: SignalDifference[] = [];
    for (const counted of this.#active) {
      const { expected, got } = counted;
      if (got < expected) {
        missing.push({ place, text: `${nameOf(device, counted)}: ${got} instead of ${expected}` });
      }
      this.#carry(counted, Math.max(got - expected, 0), place);
    }
    this.#missing = 0;
    return missing;
  }

  /** The same without a comparison: what has come since then and what was expected are not held against each other. */
  pass(place: CallPlace): void {
    for (const counted of this.#active) {
      this.#carry(counted, Math.max(counted.carried - counted.expected, 0), place);
    }
    this.#missing = 0;
  }

  /** When nothing more is expected: what has come beyond the recording. Nothing is carried on. */
  compareTotals(device: RecordedDevice): readonly SignalDifference[] {
    const surplus: SignalDifference[] = [];
    for (const counted of this.#active) {
      if (counted.since !== undefined) {
        const text = `${nameOf(device, counted)}: ${counted.carried} more than expected`;
        surplus.push({ place: counted.since, text });
      }
    }
    this.settle();
    return surplus;
  }

  /** What has come until now is what was expected. */
  settle(): void {
    for (const counted of this.#active) {
      counted.expected = 0;
      counted.got = 0;
      counted.carried = 0;
      counted.since = undefined;
    }
    this.#active.clear();
    this.#missing = 0;
  }

  #carry(counted: Counted, surplus: number, place: CallPlace): void {
    counted.expected = 0;
    counted.got = surplus;
    counted.carried = surplus;
    counted.since = surplus === 0 ? undefined : (counted.since ?? place);
    if (surplus === 0) {
      this.#active.delete(counted);
    }
  }

  #counted(index: number, subindex: number): Counted {
    const name = `${index}:${subindex}`;
    const found = this.#counts.get(name);
    if (found !== undefined) {
      return found;
    }
    const zero = { expected: 0, got: 0, carried: 0, since: undefined };
    const counted: Counted = { index, subindex, ...zero };
    this.#counts.set(name, counted);
    return counted;
  }

  #target(counted: Counted): IrqTarget {
    return {
      signal: () => {
        this.#missing -= counted.got < counted.expected ? 1 : 0;
        counted.got += 1;
        this.#active.add(counted);
      },
    };
  }
}

function nameOf(device: RecordedDevice, { index, subindex }: Counted): string {
  return `interrupt ${irqText(device, index, subindex)}`;
}

const silentSource: IrqSource = {
  subscribe: () => ({ [Symbol.dispose]: () => undefined }),
};
