import { ManualClock } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { setImmediate } from 'node:timers/promises';
import type { ConfigAccess } from '../access/index.js';
import { DoeMailbox } from './doe-mailbox.js';
import { AT, echoId, ModelDevice } from './model-device.test-support.js';

/** More steps than anything may take: whoever needs more hangs. */
const MOST_STEPS = 100_000;

/** Moves `clock` on until `promise` has settled. Fails when it does not. */
export async function drive<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const state = { isSettled: false };
  const watched = promise.finally(() => {
    state.isSettled = true;
  });
  watched.catch(() => undefined);
  for (let steps = 0; ; steps++) {
    await setImmediate();
    if (state.isSettled) {
      return watched;
    }
    if (steps === MOST_STEPS) {
      throw new Error('this never ends');
    }
    clock.advance(1);
  }
}

/** A model device, its clock, and a mailbox on it. */
export class MailboxBench implements AsyncDisposable {
  private constructor(
    readonly clock: ManualClock,
    readonly device: ModelDevice,
    readonly mailbox: DoeMailbox,
  ) {}

  /** Opens; the log begins after that. `through` stands between mailbox and device. */
  static async open(
    device = new ModelDevice(),
    through: (device: ModelDevice) => ConfigAccess = (same) => same,
  ): Promise<MailboxBench> {
    const clock = new ManualClock();
    const mailbox = await drive(clock, DoeMailbox.open(through(device), AT, { clock }));
    device.log.length = 0;
    device.accesses = 0;
    return new MailboxBench(clock, device, mailbox);
  }

  /** See {@link drive}. */
  drive<T>(promise: Promise<T>): Promise<T> {
    return drive(this.clock, promise);
  }

  /** As {@link drive}, for what is expected to fail. */
  settled<T>(promise: Promise<T>): Promise<T | string> {
    return this.drive(settled(promise));
  }

  /** An exchange with the feature that gives back what it gets. */
  echo(...words: number[]): Promise<Uint8Array> {
    const payload = new Uint8Array(Uint32Array.from(words).buffer);
    return this.mailbox.exchange(echoId.vendor, echoId.type, payload);
  }

  /** What was accessed since the last call, as one line. */
  trace(): string {
    return this.device.log.splice(0).join(' ');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drive(this.mailbox.close());
  }
}
