import type { Endpoint } from '@mdevkit/core';
import { Errno } from '@mdevkit/uapi';
import { COUNT, DATA, OFFSET, OFFSET_HIGH, REGION, type Outgoing } from '../wire/index.js';
import { HELD, type Answer, type CommandBytes, type HeldCommand } from './answer.js';

/** A larger high half makes an offset that no number holds, and that no region reaches. */
const MAX_HIGH = 2 ** 21 - 1;

/**
 * REGION_READ and REGION_WRITE: from the bytes of a message to the endpoint and back, without an object in between as
 * long as the device answers at once.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU), VFIO_USER_REGION_READ,
 * VFIO_USER_REGION_WRITE; an access that is served in part is an error (libvfio-user lib/libvfio-user.c).
 */
export class RegionAccess {
  /** After an answer of {@link HELD}. */
  held: HeldCommand | undefined;
  readonly #endpoint: Endpoint;
  readonly #outgoing: Outgoing;
  readonly #answer: Answer;
  readonly #maxTransfer: number;

  constructor(endpoint: Endpoint, outgoing: Outgoing, answer: Answer, maxTransfer: number) {
    this.#endpoint = endpoint;
    this.#outgoing = outgoing;
    this.#answer = answer;
    this.#maxTransfer = maxTransfer;
  }

  /** Answers 0, an errno, or HELD. Throws what the device throws. */
  read(from: CommandBytes, at: number, length: number): number {
    const { view } = from;
    if (length !== DATA || !this.#isPossible(view, at)) {
      return Errno.EINVAL;
    }
    const count = view.getUint32(at + COUNT, true);
    const region = view.getUint32(at + REGION, true);
    const { payload } = this.#outgoing;
    copyFixed(view, at, payload);
    this.#answer.length = DATA + count;
    const done = this.#endpoint.read(region, offsetAt(view, at), payload, DATA, count);
    if (typeof done === 'number') {
      return done === count ? 0 : Errno.EINVAL;
    }
    this.held = this.#heldRead(done, count);
    return HELD;
  }

  /** The write side of {@link RegionAccess.read}. */
  write(from: CommandBytes, at: number, length: number): number {
    const { view } = from;
    if (length < DATA || !this.#isPossible(view, at)) {
      return Errno.EINVAL;
    }
    const count = view.getUint32(at + COUNT, true);
    if (length - DATA !== count) {
      return Errno.EINVAL;
    }
    const region = view.getUint32(at + REGION, true);
    const done = this.#endpoint.write(region, offsetAt(view, at), view, at + DATA, count);
    if (typeof done === 'number') {
      return this.#written(done, count, view, at);
    }
    this.held = this.#heldWrite(done, count, from, at);
    return HELD;
  }

  #isPossible(view: DataView, at: number): boolean {
    return (
      view.getUint32(at + OFFSET_HIGH, true) <= MAX_HIGH &&
      view.getUint32(at + COUNT, true) <= this.#maxTransfer
    );
  }

  #written(done: number, count: number, view: DataView, at: number): number {
    if (done !== count) {
      return Errno.EINVAL;
    }
    copyFixed(view, at, this.#outgoing.payload);
    this.#answer.length = DATA;
    return 0;
  }

  /** The device fills the buffer later: another one serves until then. */
  #heldRead(done: Promise<number>, count: number): HeldCommand {
    const kept = this.#outgoing.keep();
    return {
      promise: done.then((read) => () => {
        if (read !== count) {
          return Errno.EINVAL;
        }
        this.#outgoing.bytes.set(kept.bytes.subarray(0, DATA + count));
        this.#answer.length = DATA + count;
        return 0;
      }),
      release: () => kept[Symbol.dispose](),
      forfeit: () => kept.forfeit(),
      abandon: () => undefined,
    };
  }

  /** The device reads the message later. */
  #heldWrite(done: Promise<number>, count: number, from: CommandBytes, at: number): HeldCommand {
    const kept = from.keep();
    const { view } = from;
    return {
      promise: done.then((written) => () => this.#written(written, count, view, at)),
      release: () => kept[Symbol.dispose](),
      forfeit: () => kept.forfeit(),
      abandon: () => undefined,
    };
  }
}

/** The offset of the access at `at`; not exact beyond 2^53. */
export function offsetAt(view: DataView, at: number): number {
  return view.getUint32(at + OFFSET_HIGH, true) * 2 ** 32 + view.getUint32(at + OFFSET, true);
}

function copyFixed(from: DataView, at: number, to: DataView): void {
  to.setUint32(OFFSET, from.getUint32(at + OFFSET, true), true);
  to.setUint32(OFFSET_HIGH, from.getUint32(at + OFFSET_HIGH, true), true);
  to.setUint32(REGION, from.getUint32(at + REGION, true), true);
  to.setUint32(COUNT, from.getUint32(at + COUNT, true), true);
}
