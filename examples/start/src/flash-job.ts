import { createHash } from 'node:crypto';
import type { MdevHost } from '@mdevkit/core';
import {
  cxlflashDriver,
  FlashParent,
  MemoryStore,
  openFlash,
  type BackingStore,
  type FlashContext,
} from '@mdevkit/cxlflash';
import { FlashTrip } from './flash-trip.js';
import type { Input } from './input.js';
import { mdevReport, megabytesPerSecond, sum, type MdevReport } from './mdev-report.js';

/** Blocks of the disk: 64 MiB, of which nothing is allocated before it is written. */
const DISK_BLOCKS = 16_384;
/** The port whose link goes down between writing and reading; the other one still leads to the disk. */
const PORT = 1;

/** One job of the program's answer; names and units are its interface. */
export interface FlashReport {
  readonly driver: 'cxlflash';
  readonly input: string;
  readonly bytes: number;
  /** Of the input. */
  readonly sha256: string;
  /** Whether the bytes that came back are those that went in. */
  readonly verified: boolean;
  /** 10^6 bytes of input per second. */
  readonly written_mb_s: number;
  readonly read_mb_s: number;
  /** Commands of both contexts. */
  readonly commands: number;
  /** Events of the driver that reached the reader on the way. */
  readonly events: number;
  readonly dma_bytes: number;
  readonly mdevs: readonly MdevReport[];
  /** Why it is not verified. */
  readonly reason?: string;
}

/**
 * Writes an input to a disk of the flash AFU through one context and reads it back through another one of the same mdev. An
 * input that is longer than the disk goes round it: each round is read back before the next one is written. On the way
 * the link of one of two ports goes down, of which the driver tells the reader.
 */
export async function flashJob(
  host: MdevHost,
  input: Input,
  onProgress: (bytes: number) => void,
  store: BackingStore = new MemoryStore({ blocks: DISK_BLOCKS }),
): Promise<FlashReport> {
  using parent = new FlashParent({ disks: [{ store }] });
  await host.load(cxlflashDriver({ parents: [{ name: 'flash0', flash: parent }] }));
  await using flash = await openFlash(host, { contexts: 2 });
  await using writer = await flash.openContext({ access: 'write' });
  await using reader = await flash.openContext({ access: 'read' });
  const to = await writer.openLun();
  const from = await reader.openLun();
  const trip = new FlashTrip(to, from, onProgress);
  const chunks = input.chunks(trip.chunkBytes)[Symbol.asyncIterator]();
  const [before, after] = [createHash('sha256'), createHash('sha256')];
  let events = 0;
  try {
    while (await trip.write(chunks, before)) {
      if (events === 0) {
        events += await portEvent(reader, parent);
      }
      await trip.read(after);
    }
  } finally {
    // A job that fails leaves no file open.
    await chunks.return?.();
  }
  events ||= await portEvent(reader, parent);
  const mdevs = host.mdevs.map(mdevReport);
  const sha256 = before.digest('hex');
  return {
    driver: 'cxlflash',
    input: input.name,
    bytes: trip.bytes,
    sha256,
    ...verification(sha256, after.digest('hex')),
    written_mb_s: megabytesPerSecond(trip.bytes, trip.writeSeconds),
    read_mb_s: megabytesPerSecond(trip.bytes, trip.readSeconds),
    commands: to.statistics.writes + from.statistics.reads,
    events,
    dma_bytes: sum(mdevs, (mdev) => mdev.dma_bytes_read + mdev.dma_bytes_written),
    mdevs,
  };
}

/** Takes the link of a port down, and waits until the driver's event about it has come; how many came. */
async function portEvent(reader: FlashContext, parent: FlashParent): Promise<number> {
  const events = reader.events();
  parent.setPortLink(PORT, false);
  let count = 0;
  for await (const event of events) {
    count += 1;
    if (event.kind === 'port-link' && event.port === PORT && !event.isUp) {
      return count;
    }
  }
  throw new Error('the flash AFU ended before its event came');
}

function verification(sha256: string, back: string): { verified: boolean; reason?: string } {
  return sha256 === back
    ? { verified: true }
    : { verified: false, reason: `what came back has the digest ${back}` };
}
