import type { Device } from '@mdevkit/core';
import type { Bench } from '../../bench/index.js';
import { handOf } from './hand.js';
import { bindAll, type Rung } from './irqs.js';
import { codeOf } from '../../support/index.js';
import { makeReady } from './regions.js';
import { scribble, type Answer } from './scribble.js';

/** What a client lends to a device that is scribbled on, from IOVA 0 on. */
export const LENT_BYTES = 0x20000;

/** What happens in the random use of a device, about. */
const RANDOM_THINGS = 60;

/** An mdev, open, that has something to do. */
export interface Life {
  readonly uuid: string;
  readonly device: Device;
  /** Settles with its work, whatever becomes of it. Never rejects. */
  readonly work: Promise<void>;
  /** Whoever does the work asks for nothing more from now on: what the device does then is of what it was asked before. */
  readonly letGo: () => void;
}

/** Has a client use the device in every way at once, with memory lent and interrupts bound. The same for the same seed. */
export async function useRandomly(
  device: Device,
  seed: number,
  accesses?: number,
): Promise<{ readonly answers: readonly Answer[]; readonly rung: Rung }> {
  await makeReady(device);
  await codeOf(device.dmaMap({ iova: 0, memory: new Uint8Array(LENT_BYTES) }));
  const rung = await bindAll(device);
  return { answers: await scribble(device, seed, accesses), rung };
}

/** Has the device do what its kit gives as its work; undefined if it gives none. Rejects if it fails. */
export function doWork(bench: Bench, device: Device): Promise<void> | undefined {
  return bench.options.work?.(device, (milliseconds) => {
    bench.advance(milliseconds);
  });
}

/**
 * An mdev in the middle of something: of its work, when a `share` (0 .. 1) of what happens in it has happened, or else of
 * random use. The bench waits for the end of the work.
 */
export async function liveOn(bench: Bench, uuid: string, share?: number): Promise<Life> {
  return begin(bench, uuid, await thingsOfWork(bench), share);
}

async function begin(bench: Bench, uuid: string, things: number, share = 0.5): Promise<Life> {
  let work: Promise<unknown> = Promise.resolve();
  // Waited for when the device has been closed. Whoever waits for ever for what was lost is no fault of the driver.
  bench.own({ close: () => bench.within('the work', work).catch(() => undefined) });
  const device = await bench.openAs(uuid);
  const hand = handOf(device);
  const reached = bench.watch.after(Math.max(1, Math.round(things * share)));
  const working: Promise<unknown> =
    doWork(bench, hand.device) ?? useRandomly(hand.device, Math.round(share * 100));
  const ended = working.then(
    () => undefined,
    () => undefined,
  );
  work = ended;
  await Promise.race([reached, ended]);
  return { uuid, device, work: ended, letGo: hand.letGo };
}

/** How much happens in the work, counted on an mdev of its own where there is room for one. */
async function thingsOfWork(bench: Bench): Promise<number> {
  if (bench.options.work === undefined || bench.type.availableInstances === 0) {
    return RANDOM_THINGS;
  }
  const { uuid } = await bench.create();
  const device = await bench.host.open(uuid);
  const before = bench.watch.beat;
  await doWork(bench, device);
  const things = bench.watch.beat - before;
  await device.close();
  await bench.host.remove(uuid, 0);
  return things;
}

/** The same on a new mdev. */
export async function live(bench: Bench, share?: number): Promise<Life> {
  const things = await thingsOfWork(bench);
  const { uuid } = await bench.create();
  return begin(bench, uuid, things, share);
}
