import { AddressSpace, DmaPort } from '@mdevkit/core';
import {
  againstForeign,
  againstOwn,
  asRate,
  micro,
  type Benchmark,
  type Measurement,
} from '../measure/index.js';

const MEMORY = 2 ** 24;
const HALF = MEMORY / 2;
const CACHED = 2 ** 18;
const BASE = 2 ** 32;
type Memories = readonly [Uint8Array, Uint8Array];

const SIZES = [64, 4096, 65_536, 1_048_576] as const;

/**
 * Copies of a device out of (`iommu.copy`) and into (`.write`) its client's memory, in bytes a second, all over 16 MiB
 * or (`.cached`) over a part that stays in the caches of a core; the baseline is `Uint8Array.set` on the same ranges
 * of the same buffers. `iommu.dirty.ratio` is the time of a
 * 4 KiB write with dirty tracking beside one without.
 */
export const iommuCopy: Benchmark = {
  name: 'iommu.copy',
  measures: [
    ...[...SIZES.flatMap((size) => namesOf(size)), ...namesOf(4096, '.cached')].map((name) =>
      againstForeign(name, 'Uint8Array.set'),
    ),
    againstOwn('iommu.dirty.ratio', 'without dirty tracking'),
  ],
  run: async () => {
    const results: Measurement[] = [];
    for (const size of SIZES) {
      results.push(...(await copies(size, MEMORY, '')));
    }
    results.push(...(await copies(4096, CACHED, '.cached')));
    return [...results, await dirty()];
  },
};

function namesOf(size: number, suffix = ''): readonly string[] {
  return [`iommu.copy.${size}${suffix}`, `iommu.copy.${size}.write${suffix}`];
}

async function copies(size: number, span: number, suffix: string): Promise<readonly Measurement[]> {
  const { memories, port } = bench();
  const buffer = new Uint8Array(size).fill(0x5a);
  const next = rotation(size, span);
  const [readName = '', writeName = ''] = namesOf(size, suffix);
  const read = await micro(
    readName,
    () => {
      port.read(BASE + next(), buffer);
    },
    () => {
      const { memory, at } = placeOf(memories, next());
      buffer.set(memory.subarray(at, at + size));
    },
  );
  const write = await micro(
    writeName,
    () => {
      port.write(BASE + next(), buffer);
    },
    () => {
      const { memory, at } = placeOf(memories, next());
      memory.set(buffer, at);
    },
  );
  return [asRate(read, size), asRate(write, size)];
}

async function dirty(): Promise<Measurement> {
  const [tracked, plain] = [bench(), bench()];
  tracked.space.startDirtyTracking({ pageSize: 4096 });
  const buffer = new Uint8Array(4096).fill(0x5a);
  const next = rotation(4096, MEMORY);
  return micro(
    'iommu.dirty.ratio',
    () => {
      tracked.port.write(BASE + next(), buffer);
    },
    () => {
      plain.port.write(BASE + next(), buffer);
    },
  );
}

/** A client's memory of two buffers, side by side, as a guest's is. */
function bench(): { space: AddressSpace; memories: Memories; port: DmaPort } {
  const space = new AddressSpace();
  const memories: Memories = [new Uint8Array(HALF), new Uint8Array(HALF)];
  for (const [i, memory] of memories.entries()) {
    space.map({ iova: BASE + i * HALF, memory });
  }
  return { space, memories, port: DmaPort.onto(space, { report: () => undefined }) };
}

/** What a copy without any check needs to know as well: which buffer, and where in it. */
function placeOf(memories: Memories, offset: number): { memory: Uint8Array; at: number } {
  return offset < HALF
    ? { memory: memories[0], at: offset }
    : { memory: memories[1], at: offset - HALF };
}

/** Offsets of `size` bytes that go round in `span` bytes. */
function rotation(size: number, span: number): () => number {
  const slots = span / size;
  let slot = 0;
  return () => {
    slot = (slot + 1) % slots;
    return slot * size;
  };
}
