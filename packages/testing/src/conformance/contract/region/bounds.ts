import type { Device } from '@mdevkit/core';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  answerOf,
  check,
  codeAnswered,
  done,
  fail,
  ready,
  refused,
  unless,
  unlessPci,
  usedRegions,
  type UsedRegion,
} from '../support/index.js';

const core = 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_rw';
const rdwr = 'drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_bar_rw';

/** What a client does to a region, and whether the region allows it. */
interface Way {
  readonly name: 'read' | 'write';
  readonly access: (
    device: Device,
    region: number,
    offset: number,
    bytes: Uint8Array,
  ) => Promise<number>;
  readonly allowed: (region: UsedRegion) => boolean;
}

const ways: readonly Way[] = [
  {
    name: 'read',
    access: (device, region, offset, bytes) => device.read(region, offset, bytes),
    allowed: ({ readable }) => readable,
  },
  {
    name: 'write',
    access: (device, region, offset, bytes) => device.write(region, offset, bytes),
    allowed: ({ writable }) => writable,
  },
];

/** Where accesses may be, in both directions. */
export const boundsChecks: readonly ConformanceCheck[] = ways.flatMap((way) => [
  check(
    `index-${way.name}`,
    `row region index: a ${way.name} of a region that is not in the table is EINVAL (${core})`,
    async (bench) => {
      const device = await ready(bench);
      const { numRegions } = await device.info();
      for (const region of [numRegions, numRegions + 1, 2 ** 31, 2 ** 32, -1, 0.5, Number.NaN]) {
        const call = way.access(device, region, 0, new Uint8Array(4));
        await refused(bench, `a ${way.name} of region ${region}`, 'EINVAL', call);
      }
    },
  ),
  check(
    `unused-${way.name}`,
    `row region unused: there is no byte to ${way.name} in a region of size 0 (${rdwr})`,
    async (bench) => {
      const device = await ready(bench);
      const used = new Set((await usedRegions(device)).map(({ index }) => index));
      const { numRegions } = await device.info();
      for (let index = 0; index < numRegions; index++) {
        if (!used.has(index)) {
          const call = way.access(device, index, 0, new Uint8Array(4));
          await refused(bench, `a ${way.name} of unused region ${index}`, 'EINVAL', call);
        }
      }
    },
    unless('every region is in use', async (device) => {
      return (await usedRegions(device)).length < (await device.info()).numRegions;
    }),
  ),
  eachRegion(
    `zero-${way.name}`,
    `row nothing to do: a ${way.name} of 0 bytes is done, wherever it is (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_${way.name})`,
    way.allowed,
    async (bench, device, { index, size }) => {
      for (const offset of [0, size - 1, size, size + 1]) {
        const what = `a ${way.name} of 0 bytes at ${offset} of region ${index}`;
        const call = way.access(device, index, offset, new Uint8Array(0));
        if ((await done(bench, what, call)) !== 0) {
          fail(`${what} answers a count`);
        }
      }
    },
  ),
  eachRegion(
    `direction-${way.name}`,
    `row region direction: a ${way.name} is EINVAL where the flags do not allow it (${core}, ROM)`,
    (region) => !way.allowed(region),
    async (bench, device, { index }) => {
      const call = way.access(device, index, 0, new Uint8Array(1));
      await refused(bench, `a ${way.name} of region ${index}`, 'EINVAL', call);
    },
  ),
  eachRegion(
    `start-${way.name}`,
    `row region start: a ${way.name} at or beyond the end is refused (${rdwr})`,
    way.allowed,
    async (bench, device, { index, size, isConfig }) => {
      const codes = isConfig ? 'EFAULT' : ['EINVAL', 'EFAULT'];
      for (const offset of [size, size + 1, size + 4096, 2 ** 40, Number.MAX_SAFE_INTEGER - 8]) {
        const call = way.access(device, index, offset, new Uint8Array(4));
        await refused(bench, `a ${way.name} at ${offset} of region ${index}`, codes, call);
      }
    },
  ),
  eachRegion(
    `offset-${way.name}`,
    `row region start: a ${way.name} at what is no offset is EINVAL (own rule: a client is not trusted; ${rdwr})`,
    way.allowed,
    async (bench, device, { index }) => {
      for (const offset of [-1, -4, 0.5, Number.NaN, Infinity, 2 ** 53, 2 ** 64]) {
        const call = way.access(device, index, offset, new Uint8Array(4));
        await refused(bench, `a ${way.name} at ${offset} of region ${index}`, 'EINVAL', call);
      }
    },
  ),
  eachRegion(
    `clip-${way.name}`,
    `row region end, clip: a ${way.name} over the end is shortened to what is there (${rdwr})`,
    (region) => way.allowed(region) && !region.isConfig,
    async (bench, device, { index, size }) => {
      for (const inside of [1, 2, 4].filter((bytes) => bytes <= size)) {
        const what = `a ${way.name} of 64 bytes, of which ${inside} are inside region ${index}`;
        const call = way.access(device, index, size - inside, new Uint8Array(64));
        const answer = await answerOf(bench, what, call);
        if ('value' in answer && answer.value !== inside) {
          fail(`${what} answers ${answer.value}`);
        }
      }
    },
  ),
  check(
    `fault-${way.name}`,
    `row region end, fault: a ${way.name} over the end of configuration space is EFAULT (drivers/vfio/pci/vfio_pci_config.c, vfio_config_do_rw)`,
    async (bench) => {
      const device = await ready(bench);
      const config = (await usedRegions(device)).find(({ isConfig }) => isConfig);
      const { index, size } = config ?? fail('there is no configuration space');
      for (const offset of [size - 1, size - 2, size - 3, size - 63]) {
        const call = way.access(device, index, offset, new Uint8Array(64));
        await refused(bench, `a ${way.name} over the end from ${offset}`, 'EFAULT', call);
      }
    },
    unlessPci,
  ),
]);

/** What must be true of every region of a kind. */
function eachRegion(
  id: string,
  title: string,
  concerns: (region: UsedRegion) => boolean,
  look: (bench: Bench, device: Device, region: UsedRegion) => Promise<void>,
): ConformanceCheck {
  return check(
    id,
    title,
    async (bench) => {
      const device = await ready(bench);
      for (const region of (await usedRegions(device)).filter(concerns)) {
        await look(bench, device, region);
      }
      await codeAnswered(bench, 'info', device.info());
    },
    unless('no region of this kind', async (device) => {
      return (await usedRegions(device)).some(concerns);
    }),
  );
}
