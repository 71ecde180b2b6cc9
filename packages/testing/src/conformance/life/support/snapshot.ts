import type { Device, DeviceModel } from '@mdevkit/core';
import { codeOf, usedRegions, type UsedRegion } from '../../support/index.js';
import { makeReady } from './regions.js';

/** Bytes that are read in one access; where one is refused, its neighbours are not. */
const CHUNK = 16;
/** Bytes from the start of a region that are all read. */
const WHOLE = 0x1000;
/** Places in the rest of a large region that are looked at. */
const PLACES = 16;

/** What a device reads as: chunks by `region:offset`, as bytes or as the errno that a read is answered. */
export type Snapshot = ReadonlyMap<string, readonly number[] | string>;

/** The chunk that an offset is in. */
export function chunkOf(region: number, offset: number): string {
  return `${region}:${Math.floor(offset / CHUNK) * CHUNK}`;
}

/** The region and the offset of a chunk. */
export function placeOf(chunk: string): [region: number, offset: number] {
  const [region = 0, offset = 0] = chunk.split(':').map(Number);
  return [region, offset];
}

/** Reads what a client finds: a PCI function's config space first, and the rest when it is enabled. */
export async function takeSnapshot(device: Device): Promise<Snapshot> {
  await makeReady(device);
  const chunks = new Map<string, readonly number[] | string>();
  for (const region of await usedRegions(device)) {
    if (region.readable) {
      for (const offset of places(region)) {
        const bytes = new Uint8Array(Math.min(CHUNK, region.size - offset));
        const code = await codeOf(device.read(region.index, offset, bytes));
        chunks.set(`${region.index}:${offset}`, code === 'done' ? [...bytes] : code);
      }
    }
  }
  return chunks;
}

function places({ size, areas }: UsedRegion): number[] {
  const found = new Set<number>();
  for (let offset = 0; offset < Math.min(size, WHOLE); offset += CHUNK) {
    found.add(offset);
  }
  for (let place = 0; size > WHOLE && place < PLACES; place++) {
    found.add(Math.floor(((size - CHUNK) * place) / PLACES / CHUNK) * CHUNK);
  }
  for (const { offset, size: length } of areas.slice(0, 8)) {
    found.add(offset).add(offset + length - CHUNK);
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * The places that differ, in the words of the author of `model`: `register BELL of region 0 is 0x5 and not 0x0`. `except`
 * are chunks that may differ, as time does.
 */
export function differences(
  before: Snapshot,
  after: Snapshot,
  model: DeviceModel | undefined,
  except: ReadonlySet<string> = new Set(),
): readonly string[] {
  const found: string[] = [];
  for (const [key, was] of before) {
    const is = after.get(key);
    if (!except.has(key) && String(is) !== String(was)) {
      found.push(difference(key, was, is, model));
    }
  }
  return found;
}

/** The chunks that are not the same in both. */
export function changedChunks(before: Snapshot, after: Snapshot): ReadonlySet<string> {
  return new Set(
    [...before].filter(([key, was]) => String(after.get(key)) !== String(was)).map(([key]) => key),
  );
}

function difference(
  key: string,
  was: readonly number[] | string,
  is: readonly number[] | string | undefined,
  model: DeviceModel | undefined,
): string {
  const [region, start] = placeOf(key);
  if (typeof was === 'string' || typeof is !== 'object') {
    return `region ${region} at 0x${start.toString(16)} answers ${told(is)} and not ${told(was)}`;
  }
  const at = was.findIndex((byte, index) => byte !== is[index]);
  const offset = start + at;
  const slot = model?.regions[region];
  const place = typeof slot === 'object' ? slot.placeAt(offset) : undefined;
  const name =
    place?.kind === 'register' ? `register ${place.name}` : `the byte at 0x${offset.toString(16)}`;
  return `${name} of region ${region} is 0x${told(is[at])} and not 0x${told(was[at])}`;
}

function told(value: readonly number[] | string | number | undefined): string {
  if (typeof value === 'number') {
    return value.toString(16);
  }
  return typeof value === 'object' ? 'bytes' : (value ?? 'nothing');
}
