import type { DoeRequester } from '../feature/index.js';
import type { PendingExchange } from './pending-exchange.js';

/** The exchanges of one requester that wait, in their order. */
interface Lane {
  readonly requester: DoeRequester;
  readonly waiting: PendingExchange[];
  isServed: boolean;
}

/**
 * Whose turn it is. A requester stands in the row while it has something waiting, and goes to its end when an exchange of it is
 * over: so nobody waits for more than one exchange of each other requester, the one that is running included. The registers
 * alone pass the row, because their response is due within a second of Go, but never twice in succession: they wait for one
 * exchange, and make each of the others wait for one more.
 */
export class Rotation {
  readonly #lanes = new Map<DoeRequester, Lane>();
  /** Those that wait and are not being served, the next one first. */
  readonly #row: Lane[] = [];
  #lastWasRegisters = false;

  /** Answers false if the requester has `most` waiting. */
  add(exchange: PendingExchange, most: number): boolean {
    const { requester } = exchange;
    const lane = this.#lanes.get(requester) ?? { requester, waiting: [], isServed: false };
    if (lane.waiting.length >= most) {
      return false;
    }
    this.#lanes.set(requester, lane);
    lane.waiting.push(exchange);
    if (lane.waiting.length === 1 && !lane.isServed) {
      this.#row.push(lane);
    }
    return true;
  }

  /** Takes the next one out whose feature is not held up; its requester is being served from now on. */
  next(isHeld: (exchange: PendingExchange) => boolean): PendingExchange | undefined {
    const ready = (lane: Lane): boolean => {
      const [exchange] = lane.waiting;
      return exchange !== undefined && !isHeld(exchange);
    };
    const lane =
      this.#row.find((each) => isRegisters(each) !== this.#lastWasRegisters && ready(each)) ??
      this.#row.find(ready);
    const exchange = lane?.waiting.shift();
    if (lane !== undefined) {
      this.#row.splice(this.#row.indexOf(lane), 1);
      lane.isServed = true;
      this.#lastWasRegisters = isRegisters(lane);
    }
    return exchange;
  }

  /** An exchange that {@link next} answered is over, and so is its requester's turn. */
  served(requester: DoeRequester): void {
    const lane = this.#lanes.get(requester);
    if (lane === undefined) {
      return;
    }
    lane.isServed = false;
    if (lane.waiting.length === 0) {
      this.#lanes.delete(requester);
    } else {
      this.#row.push(lane);
    }
  }

  /** Takes one out that does not wait any more. Answers whether it was there. */
  remove(exchange: PendingExchange): boolean {
    const lane = this.#lanes.get(exchange.requester);
    const index = lane?.waiting.indexOf(exchange) ?? -1;
    if (lane === undefined || index < 0) {
      return false;
    }
    lane.waiting.splice(index, 1);
    if (lane.waiting.length === 0 && !lane.isServed) {
      this.#row.splice(this.#row.indexOf(lane), 1);
      this.#lanes.delete(lane.requester);
    }
    return true;
  }

  /** All that wait, in no particular order. */
  waiting(): readonly PendingExchange[] {
    return [...this.#lanes.values()].flatMap((lane) => lane.waiting);
  }
}

function isRegisters({ requester }: Lane): boolean {
  return requester.kind === 'registers';
}
