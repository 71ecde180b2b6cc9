import type { Endpoint } from '@mdevkit/core';
import { Errno, VFIO_USER_MULTI_DATA } from '@mdevkit/uapi';
import { COUNT, DATA, OFFSET_HIGH, REGION, type Outgoing } from '../wire/index.js';
import { HELD, type Answer, type CommandBytes, type HeldCommand } from './answer.js';
import { offsetAt } from './region-access.js';

/** The count of the writes, and one write. */
const FIXED = 8;
const ENTRY = DATA + VFIO_USER_MULTI_DATA;
const MAX_HIGH = 2 ** 21 - 1;

/** What went wrong with one of the writes. */
export type WriteFailed = (error: unknown) => number;

/**
 * REGION_WRITE_MULTI: small writes that a client has collected. They are carried out in their order. If the client waits
 * for the answer, the first that fails is the last: the answer counts those before it, or is its errno if there are none.
 * Posted ones are independent of each other, as if each had come by itself.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU), VFIO_USER_REGION_WRITE_MULTI; own rule
 * for failures, of which it says nothing.
 */
export class RegionWriteMulti {
  /** After an answer of {@link HELD}. */
  held: HeldCommand | undefined;
  readonly #endpoint: Endpoint;
  readonly #outgoing: Outgoing;
  readonly #answer: Answer;
  readonly #failed: WriteFailed;

  /** `failed` makes an errno of what a write throws, and logs it. */
  constructor(endpoint: Endpoint, outgoing: Outgoing, answer: Answer, failed: WriteFailed) {
    this.#endpoint = endpoint;
    this.#outgoing = outgoing;
    this.#answer = answer;
    this.#failed = failed;
  }

  /** Answers 0, an errno, or HELD. */
  write(from: CommandBytes, at: number, length: number, posted: boolean): number {
    const { view } = from;
    if (length < FIXED || (length - FIXED) % ENTRY !== 0) {
      return Errno.EINVAL;
    }
    const writes = (length - FIXED) / ENTRY;
    if (view.getUint32(at, true) !== writes || view.getUint32(at + 4, true) !== 0) {
      return Errno.EINVAL;
    }
    if (!areSmall(view, at + FIXED, writes)) {
      return Errno.EINVAL;
    }
    return this.#run(from, at + FIXED, writes, posted);
  }

  #run(from: CommandBytes, at: number, writes: number, posted: boolean): number {
    let done = 0;
    let errno = 0;
    for (let index = 0; index < writes; index++) {
      const result = this.#one(from.view, at + index * ENTRY);
      if (typeof result !== 'number') {
        this.held = this.#hold(from, at, writes, posted, index, done, result);
        return HELD;
      }
      done += result === 0 ? 1 : 0;
      errno = result;
      if (result !== 0 && !posted) {
        break;
      }
    }
    return this.#reply(done, errno, posted);
  }

  #reply(done: number, errno: number, posted: boolean): number {
    if (done === 0 && errno !== 0 && !posted) {
      return errno;
    }
    this.#outgoing.payload.setUint32(0, done, true);
    this.#outgoing.payload.setUint32(4, 0, true);
    this.#answer.length = FIXED;
    return 0;
  }

  /** One write: 0, an errno, or a promise of one of them. */
  #one(view: DataView, at: number): number | Promise<number> {
    const count = view.getUint32(at + COUNT, true);
    if (view.getUint32(at + OFFSET_HIGH, true) > MAX_HIGH) {
      return Errno.EINVAL;
    }
    try {
      const region = view.getUint32(at + REGION, true);
      const done = this.#endpoint.write(region, offsetAt(view, at), view, at + DATA, count);
      return typeof done === 'number' ? whole(done, count) : this.#later(done, count);
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #later(done: Promise<number>, count: number): Promise<number> {
    try {
      return whole(await done, count);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #hold(
    from: CommandBytes,
    at: number,
    writes: number,
    posted: boolean,
    index: number,
    done: number,
    result: Promise<number>,
  ): HeldCommand {
    const kept = from.keep();
    let over = false;
    let failed = false;
    const { view } = from;
    const rest = async (): Promise<() => number> => {
      let errno = await result;
      failed = errno !== 0;
      let count = done + (errno === 0 ? 1 : 0);
      for (let next = index + 1; next < writes && (errno === 0 || posted) && !over; next++) {
        errno = await this.#one(view, at + next * ENTRY);
        failed ||= errno !== 0;
        count += errno === 0 ? 1 : 0;
      }
      return () => this.#reply(count, errno, posted);
    };
    return {
      promise: rest(),
      // A write that failed may have been given up, and still look at its data.
      release: () => {
        if (failed) {
          kept.forfeit();
        } else {
          kept[Symbol.dispose]();
        }
      },
      forfeit: () => kept.forfeit(),
      abandon: () => {
        over = true;
      },
    };
  }
}

function whole(done: number, count: number): number {
  return done === count ? 0 : Errno.EINVAL;
}

/** Whether every write has its data in the message. */
function areSmall(view: DataView, at: number, writes: number): boolean {
  for (let index = 0; index < writes; index++) {
    if (view.getUint32(at + index * ENTRY + COUNT, true) > VFIO_USER_MULTI_DATA) {
      return false;
    }
  }
  return true;
}
