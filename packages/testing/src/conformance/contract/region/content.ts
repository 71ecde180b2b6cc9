import type { AttachedDevice, Device } from '@mdevkit/core';
import { enableFunction } from '@mdevkit/pci';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  attach,
  check,
  fail,
  hex,
  readAt,
  ready,
  scribble,
  settled,
  unless,
  usedRegions,
  wordOf,
  wordsOf,
  type UsedRegion,
} from '../support/index.js';

const split = 'drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_core_do_io_rw';

const unlessReadable = unless('no region can be read', async (device) => {
  return (await usedRegions(device)).some(({ readable, size }) => readable && size >= 8);
});

/** What the bytes of a region are, however they are read. Registers that change by themselves are left out. */
export const contentChecks: readonly ConformanceCheck[] = [
  ...[1, 2, 8].flatMap((width) => [narrow(width, 'new'), narrow(width, 'written')]),
  check(
    'read-together',
    `row natural split: one read of all of a region gives what its words give (${split})`,
    async (bench) => {
      const device = await ready(bench);
      for (const region of await readable(device)) {
        await stable(bench, device, region, async (words) => {
          const answer = await readAt(bench, device, region, 0, Math.min(region.size, 0x1_0000));
          const bytes = 'value' in answer ? answer.value : new Uint8Array(0);
          for (const offset of words.keys()) {
            if (offset + 4 <= bytes.length) {
              words.set(offset, wordOf(bytes.subarray(offset)));
            }
          }
        });
      }
    },
    unlessReadable,
  ),
  check(
    'read-fills',
    'a read gives bytes of the device, and none that the buffer held before (own rule: no byte of another read leaks)',
    async (bench) => {
      await using attached = await awakeAttached(bench);
      for (const { index, size } of await attachedRegions(attached)) {
        for (let offset = 0; offset + 4 <= Math.min(size, 0x400); offset += 4) {
          const [first, other, again] = [
            await raw(bench, attached, index, offset, 0x00),
            await raw(bench, attached, index, offset, 0xff),
            await raw(bench, attached, index, offset, 0x00),
          ];
          const isStable = first !== undefined && first.word === again?.word;
          if (isStable && other !== undefined && first.word !== other.word) {
            fail(
              `a read at ${hex(offset)} of region ${index} leaves bytes of the buffer as they are`,
            );
          }
        }
      }
    },
    unlessReadable,
  ),
  check(
    'read-window',
    'a read writes only the bytes that it answers (include/linux/vfio.h, struct vfio_device_ops, read)',
    async (bench) => {
      await using attached = await awakeAttached(bench);
      for (const { index, size } of await attachedRegions(attached)) {
        for (let offset = 0; offset + 4 <= Math.min(size, 0x400); offset += 4) {
          const answer = await raw(bench, attached, index, offset, 0xff);
          if (answer?.isOutside === true) {
            fail(`a read at ${hex(offset)} of region ${index} wrote bytes beside its own`);
          }
        }
      }
    },
    unlessReadable,
  ),
];

function narrow(width: number, state: 'new' | 'written'): ConformanceCheck {
  const words = state === 'new' ? 'a new device' : 'a device that a client wrote to';
  return check(
    `read-agrees-${width}-${state}`,
    `row natural split: reads of ${width} and of 4 bytes show the same on ${words} (${split})`,
    async (bench) => {
      const device = await ready(bench);
      if (state === 'written') {
        await scribble(bench, device);
      }
      for (const region of await readable(device)) {
        await stable(bench, device, region, async (seen) => {
          for (const offset of [...seen.keys()]) {
            const start = Math.floor(offset / width) * width;
            const bytes = await pieces(bench, device, region, start, Math.max(4, width), width);
            if (bytes !== undefined) {
              seen.set(offset, wordOf(bytes.subarray(width === 8 ? offset - start : 0)));
            }
          }
        });
      }
    },
    unlessReadable,
  );
}

/** `length` bytes from `start` on, in reads of `width`; undefined if one is refused. */
async function pieces(
  bench: Bench,
  device: Device,
  region: UsedRegion,
  start: number,
  length: number,
  width: number,
): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += width) {
    const answer = await readAt(bench, device, region, start + at, width);
    if ('error' in answer || answer.value.length < width) {
      return undefined;
    }
    bytes.set(answer.value, at);
  }
  return bytes;
}

/** Fails where words that are the same before and after are another in between; `see` replaces what it has seen. */
async function stable(
  bench: Bench,
  device: Device,
  region: UsedRegion,
  see: (words: Map<number, number>) => Promise<void>,
): Promise<void> {
  const first = await wordsOf(bench, device, region);
  const before = await wordsOf(bench, device, region);
  const seen = new Map(before);
  await see(seen);
  const after = await wordsOf(bench, device, region);
  for (const [offset, word] of before) {
    const isStable = first.get(offset) === word && after.get(offset) === word;
    const other = seen.get(offset);
    if (isStable && other !== undefined && other !== word) {
      const place = `${hex(offset)} of region ${region.index}`;
      fail(`${place} reads ${hex(word)} by 4 bytes, and ${hex(other)} in another way`);
    }
  }
}

async function readable(device: Device): Promise<readonly UsedRegion[]> {
  return (await usedRegions(device)).filter((region) => region.readable && region.size >= 8);
}

async function awakeAttached(bench: Bench): Promise<AttachedDevice> {
  const attached = await attach(bench);
  const { endpoint } = attached;
  if (bench.type.deviceApi === 'vfio-pci') {
    await enableFunction({
      read: async (region, offset, into) =>
        endpoint.read(region, offset, viewOf(into), 0, into.length),
      write: async (region, offset, from) =>
        endpoint.write(region, offset, viewOf(from), 0, from.length),
    });
  }
  return attached;
}

async function attachedRegions({
  endpoint,
}: AttachedDevice): Promise<readonly { readonly index: number; readonly size: number }[]> {
  const regions: { index: number; size: number }[] = [];
  for (let index = 0; index < endpoint.info().numRegions; index++) {
    try {
      const { size } = endpoint.regionInfo(index);
      await endpoint.read(index, 0, new DataView(new ArrayBuffer(1)), 0, 1);
      regions.push({ index, size });
    } catch {
      continue;
    }
  }
  return regions;
}

/** A word that is read into the middle of a buffer, and whether the rest of it was written to. */
async function raw(
  bench: Bench,
  { endpoint }: AttachedDevice,
  region: number,
  offset: number,
  filler: number,
): Promise<{ readonly word: number; readonly isOutside: boolean } | undefined> {
  const bytes = new Uint8Array(24).fill(filler);
  try {
    const read = async (): Promise<number> => endpoint.read(region, offset, viewOf(bytes), 8, 4);
    await settled(bench, `a read at ${hex(offset)} of region ${region}`, read());
  } catch {
    return undefined;
  }
  const isOutside = bytes.some((byte, i) => (i < 8 || i >= 12) && byte !== filler);
  return { word: wordOf(bytes.subarray(8, 12)), isOutside };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
