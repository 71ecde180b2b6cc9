import type { Device, Mapping } from '@mdevkit/core';
import { expect } from 'chai';
import { Random } from '../../../random/index.js';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  check,
  codeAnswered,
  done,
  ready,
  refused,
  SEED,
  unlessTwo,
  either,
  usedRegions,
} from '../support/index.js';
import { PAGE, unlessMappable } from './mmap.js';

const core = 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_mmap';

/** One page that can be mapped, of each area. */
interface Page {
  readonly region: number;
  readonly offset: number;
}

/** That what is mapped is the region. */
export const mmapMemoryChecks: readonly ConformanceCheck[] = [
  coherent(
    'mmap-to-read',
    'a read shows what was stored through a map',
    async (bench, device, page) => {
      using mapping = await device.mmap(page.region, page.offset, PAGE);
      const stored = fill(mapping);
      expect(await read(bench, device, page)).to.deep.equal(stored);
    },
  ),
  coherent('write-to-mmap', 'a map shows what was written', async (bench, device, page) => {
    using mapping = await device.mmap(page.region, page.offset, PAGE);
    const written = noise(SEED + 1);
    await done(bench, 'a write', device.write(page.region, page.offset, written));
    expect(mapping.bytes.slice()).to.deep.equal(written);
  }),
  coherent('mmap-twice', 'two maps of a page are the same memory', async (_bench, device, page) => {
    using one = await device.mmap(page.region, page.offset, PAGE);
    using other = await device.mmap(page.region, page.offset, PAGE);
    const stored = fill(one);
    expect(other.bytes.slice()).to.deep.equal(stored);
  }),
  coherent(
    'mmap-narrow',
    'bytes, words and whole pages write the same',
    async (bench, device, page) => {
      const written = noise(SEED + 2);
      for (const width of [1, 2, 4, 8]) {
        for (let at = width * 8; at < width * 16; at += width) {
          const bytes = written.subarray(at, at + width);
          await done(bench, 'a write', device.write(page.region, page.offset + at, bytes));
        }
      }
      expect((await read(bench, device, page)).subarray(8, 128)).to.deep.equal(
        written.subarray(8, 128),
      );
    },
  ),
  coherent(
    'mmap-disposed',
    'row mapping disposed: its bytes are EBADF (munmap(2); own rule)',
    async (bench, device, page) => {
      const mapping = await device.mmap(page.region, page.offset, PAGE);
      mapping[Symbol.dispose]();
      await refused(bench, 'the bytes of a map that was disposed', 'EBADF', bytesOf(mapping));
    },
  ),
  coherent(
    'mmap-closed',
    'row mapping disposed: the bytes of a map are EBADF after the close (own rule)',
    async (bench, device, page) => {
      using mapping = await device.mmap(page.region, page.offset, PAGE);
      await device.close();
      await refused(bench, 'the bytes of a map after the close', 'EBADF', bytesOf(mapping));
    },
  ),
  check(
    'mmap-cleared',
    'row fresh open: the next client finds nothing of what was stored through a map (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_enable)',
    async (bench) => {
      const { uuid } = await bench.create();
      const [first] = await visit(bench, uuid);
      const [next] = await visit(bench, uuid);
      expect(next?.slice(), 'the memory of the device').to.deep.equal(first);
    },
    unlessMappable,
  ),
  check(
    'mmap-apart',
    'memory of an mdev is not that of another one (own rule: mdevs have nothing of each other)',
    async (bench) => {
      const [one, other] = [await ready(bench), await ready(bench)];
      for (const { region, offset } of await pagesOf(one)) {
        using stored = await one.mmap(region, offset, PAGE);
        using apart = await other.mmap(region, offset, PAGE);
        const before = apart.bytes.slice();
        fill(stored);
        expect(apart.bytes.slice(), `memory in region ${region}`).to.deep.equal(before);
      }
    },
    either(unlessMappable, unlessTwo),
  ),
];

function coherent(
  id: string,
  words: string,
  look: (bench: Bench, device: Device, page: Page) => Promise<void>,
): ConformanceCheck {
  const title = words.startsWith('row') ? words : `${words} (${core})`;
  return check(
    id,
    title,
    async (bench) => {
      const device = await ready(bench);
      const pages = await pagesOf(device);
      for (const page of id === 'mmap-closed' ? pages.slice(0, 1) : pages) {
        await look(bench, device, page);
      }
    },
    unlessMappable,
  );
}

/** Pages that can be mapped, read and written. */
async function pagesOf(device: Device): Promise<readonly Page[]> {
  return (await usedRegions(device))
    .filter(({ readable, writable }) => readable && writable)
    .flatMap(({ index, areas }) => areas.map(({ offset }) => ({ region: index, offset })));
}

/** What the pages hold when the client comes; then they hold something else. */
async function visit(bench: Bench, uuid: string): Promise<readonly Uint8Array[]> {
  await using device = await bench.host.open(uuid);
  const found: Uint8Array[] = [];
  for (const { region, offset } of await pagesOf(device)) {
    using mapping = await device.mmap(region, offset, PAGE);
    found.push(mapping.bytes.slice());
    fill(mapping);
  }
  await codeAnswered(bench, 'info', device.info());
  return found;
}

function fill({ bytes }: Mapping): Uint8Array {
  const stored = noise(SEED);
  bytes.set(stored);
  return stored;
}

function noise(seed: number): Uint8Array {
  const random = new Random(seed);
  return Uint8Array.from({ length: PAGE }, () => random.below(256));
}

async function read(bench: Bench, device: Device, page: Page): Promise<Uint8Array> {
  const bytes = new Uint8Array(PAGE);
  await done(bench, 'a read', device.read(page.region, page.offset, bytes));
  return bytes;
}

async function bytesOf(mapping: Mapping): Promise<number> {
  return Promise.resolve().then(() => mapping.bytes.length);
}
