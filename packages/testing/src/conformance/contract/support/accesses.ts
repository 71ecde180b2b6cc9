import type { Device } from '@mdevkit/core';
import { Random } from '../../../random/index.js';
import type { Bench } from '../../bench/index.js';
import { answerOf, hex, type Answer } from './answer.js';
import { places, SEED, usedRegions, type UsedRegion } from '../../support/index.js';
import { registersIn } from './registers.js';

/** The bytes that a read answers, or what refuses it. Fails as {@link answerOf}. */
export async function readAt(
  bench: Bench,
  device: Device,
  region: UsedRegion,
  offset: number,
  length: number,
): Promise<Answer<Uint8Array>> {
  const into = new Uint8Array(length);
  const what = `a read of ${length} bytes at ${hex(offset)} of region ${region.index}`;
  const answer = await answerOf(bench, what, device.read(region.index, offset, into));
  return 'value' in answer ? { value: into.subarray(0, answer.value) } : answer;
}

/** The bytes written, or what refuses it. Fails as {@link answerOf}. */
export function writeAt(
  bench: Bench,
  device: Device,
  region: UsedRegion,
  offset: number,
  from: Uint8Array,
): Promise<Answer<number>> {
  const what = `a write of ${from.length} bytes at ${hex(offset)} of region ${region.index}`;
  return answerOf(bench, what, device.write(region.index, offset, from));
}

/** Where words of a region are looked at: places of any kind, and every register. */
function wordPlaces(bench: Bench, region: UsedRegion): readonly number[] {
  const registers = registersIn(bench, region).flatMap(({ offset, width }) =>
    width === 8 ? [offset, offset + 4] : [offset - (offset % 4)],
  );
  const inside = registers.filter((offset) => offset % 4 === 0 && offset + 4 <= region.size);
  return [...new Set([...places(region, 4), ...inside])].sort((a, b) => a - b);
}

/** The 32-bit words of a region by their offset, where they can be read. */
export async function wordsOf(
  bench: Bench,
  device: Device,
  region: UsedRegion,
): Promise<ReadonlyMap<number, number>> {
  const words = new Map<number, number>();
  for (const offset of wordPlaces(bench, region)) {
    const answer = await readAt(bench, device, region, offset, 4);
    if ('value' in answer && answer.value.length === 4) {
      words.set(offset, wordOf(answer.value));
    }
  }
  return words;
}

export function wordOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

/** What every region but configuration space answers, as `region:offset`. */
export async function imageOf(bench: Bench, device: Device): Promise<ReadonlyMap<string, number>> {
  const image = new Map<string, number>();
  for (const region of await usedRegions(device)) {
    if (region.readable) {
      for (const [offset, word] of await wordsOf(bench, device, region)) {
        image.set(`${hex(offset)} of region ${region.index}`, word);
      }
    }
  }
  return image;
}

/** The places at which all images are the same. */
export function commonPlaces(
  ...images: readonly ReadonlyMap<string, number>[]
): ReadonlySet<string> {
  const [first, ...others] = images;
  const common = [...(first ?? [])].filter(([place, word]) =>
    others.every((other) => other.get(place) === word),
  );
  return new Set(common.map(([place]) => place));
}

/** Switches, small numbers, and addresses and lengths of the memory that checks lend. */
const values = [
  ...[0, 1, 2, 3, 8, 0x10, 0x40, 0x100, 0x1000, 0x2000, 0x1_0000],
  ...[0xffff_ffff, 0x8000_0000, 0x5555_5555, 0xaaaa_aaaa],
];

/**
 * Writes to the regions of a device as a client with nothing good in mind, by a seed; what it answered, in order. Half of it
 * goes to registers that are there, if the model says which. PCI configuration space is left alone, so that the BARs stay
 * where they are.
 */
export async function scribble(
  bench: Bench,
  device: Device,
  count = 200,
  seed = SEED,
): Promise<readonly string[]> {
  const random = new Random(seed);
  const regions = (await usedRegions(device)).filter(
    ({ isConfig, writable, size }) => !isConfig && writable && size >= 4,
  );
  const registers = regions
    .flatMap((region) => registersIn(bench, region))
    .filter(({ offset, writable, region: { size } }) => writable && offset + 4 <= size);
  const answers: string[] = [];
  for (let i = 0; i < count && regions.length > 0; i++) {
    const register = registers[random.below(2 * registers.length || 1)];
    const region = register?.region ?? regions[random.below(regions.length)];
    const words = region === undefined ? [] : places(region, 4);
    const offset = register?.offset ?? words[random.below(words.length)];
    if (region !== undefined && offset !== undefined) {
      const value = values[random.below(values.length + 5)] ?? random.next();
      const width = [4, 4, 4, 2, 1][random.below(5)] ?? 4;
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, value, true);
      const answer = await writeAt(bench, device, region, offset, bytes.subarray(0, width));
      const end = 'value' in answer ? String(answer.value) : answer.error.code;
      answers.push(`${width} bytes at ${hex(offset)} of region ${region.index}: ${end}`);
    }
  }
  return answers;
}
