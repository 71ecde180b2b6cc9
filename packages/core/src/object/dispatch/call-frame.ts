import type { Values } from '../implement/index.js';
import type { ObjectEntry } from '../life/object-entry.js';
import type { OpenDescriptor } from '../life/open-descriptor.js';
import type { BoundClass } from '../schema/bound.js';
import { MessageReader } from '../wire/message-reader.js';
import type { MethodPlan } from './method-plan.js';

/** What comes with the bytes of a request: descriptors that the control plane gave out, and others by their number. */
export type GivenDescriptor = OpenDescriptor | number;

/** The attribute is not there. */
export const ABSENT = -1;

/** Bytes of a request that it may keep when the call is over, for the next to be in the same memory. */
const MOST_KEPT = 4096;

const NO_DESCRIPTORS: readonly GivenDescriptor[] = [];

/**
 * A call from its first byte to its last: what it has given, and what it holds. Serves one call after the other, so that
 * nothing but the values is allocated for each.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c, struct bundle_priv.
 */
export class CallFrame {
  readonly reader = new MessageReader();
  /** By slot: bytes of what is there, or of the room for it; {@link ABSENT} otherwise. */
  readonly lengths: number[] = [];
  values: Values = {};
  descriptors = NO_DESCRIPTORS;
  driverId = 0;
  /** What the method works on or destroys. */
  subject: ObjectEntry | undefined;
  /** What it is to create an object of. */
  creates: BoundClass | undefined;
  /** What it creates, once everything that the client has said is understood. */
  created: ObjectEntry | undefined;
  /** What the created object lives on. */
  readonly parents: ObjectEntry[] = [];
  /** Called if the call is answered before its handler is over, with when that is. */
  onLate: ((over: Promise<void>) => void) | undefined;
  readonly #held: ObjectEntry[] = [];

  begin(plan: MethodPlan, descriptors: readonly GivenDescriptor[]): void {
    const { length } = plan.slots;
    for (let slot = 0; slot < length; slot++) {
      this.lengths[slot] = ABSENT;
    }
    this.values = {};
    this.descriptors = descriptors;
    this.driverId = this.reader.driverId;
    this.subject = undefined;
    this.creates = undefined;
    this.created = undefined;
    this.parents.length = 0;
  }

  /** Has it unlocked when the call is over. */
  hold(entry: ObjectEntry): ObjectEntry {
    this.#held.push(entry);
    return entry;
  }

  /** The call is answered, but what it holds and was lent is not free yet: whoever calls the function frees it. */
  takeLocks(): () => void {
    const held = this.#held.splice(0);
    const { onLate } = this;
    let end: () => void = () => undefined;
    if (onLate !== undefined) {
      onLate(
        new Promise((resolve) => {
          end = resolve;
        }),
      );
    }
    return () => {
      held.forEach(unlock);
      end();
    };
  }

  /** Unlocks everything. Idempotent. */
  release(): void {
    for (let entry = this.#held.pop(); entry !== undefined; entry = this.#held.pop()) {
      entry.lock.unlock();
    }
  }

  /** Forgets the call, so that its memory can go. */
  clear(): void {
    this.values = {};
    this.descriptors = NO_DESCRIPTORS;
    this.onLate = undefined;
    this.subject = undefined;
    this.created = undefined;
    if (this.reader.bytes.length > MOST_KEPT) {
      this.reader.unload();
    }
  }
}

function unlock(entry: ObjectEntry): void {
  entry.lock.unlock();
}
