import type { Device } from '@mdevkit/core';
import type { Bench } from '../../bench/index.js';
import { changedChunks, differences, takeSnapshot, type Snapshot } from './snapshot.js';

/** What an mdev reads as to its first client. */
export interface Baseline {
  readonly uuid: string;
  readonly first: Snapshot;
  /** Chunks that change by themselves, with time or by being read. */
  readonly changing: ReadonlySet<string>;
}

/** Opens a new mdev for the first time, reads it and closes it again. */
export async function takeBaseline(bench: Bench): Promise<Baseline> {
  const { uuid } = await bench.create();
  const device = await bench.host.open(uuid);
  try {
    return { uuid, ...(await takeChanging(bench, device)) };
  } finally {
    await device.close();
  }
}

/** Reads a device twice, with a second in between. */
export async function takeChanging(bench: Bench, device: Device): Promise<Omit<Baseline, 'uuid'>> {
  const first = await takeSnapshot(device);
  await bench.settle(1000);
  return { first, changing: changedChunks(first, await takeSnapshot(device)) };
}

/** Fails with what a device has kept, or lost: it must read as at its first open. `when` reads as `after a reset`. */
export async function requireFresh(
  bench: Bench,
  device: Device,
  { uuid, first, changing }: Baseline,
  when: string,
): Promise<void> {
  const { inner } = bench.watch.mdev(uuid);
  const found = differences(first, await takeSnapshot(device), inner, changing);
  if (found.length > 0) {
    throw new Error(
      `${when} the device is not as at its first open: ${found.slice(0, 4).join(', ')}`,
    );
  }
}
