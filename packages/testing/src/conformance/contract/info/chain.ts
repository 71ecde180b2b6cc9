import type { AttachedDevice, RegionCapability } from '@mdevkit/core';
import {
  VFIO_DEVICE_GET_REGION_INFO,
  VFIO_REGION_INFO_CAP_MSIX_MAPPABLE,
  VFIO_REGION_INFO_CAP_SPARSE_MMAP,
  VFIO_REGION_INFO_CAP_TYPE,
  VFIO_REGION_INFO_FLAG_CAPS,
  VfioRegionInfo,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { attach, check, ioctl, structure, unless } from '../support/index.js';

const main = 'drivers/vfio/vfio_main.c';
const ROOM = 0x1000;

const ids: Readonly<Record<RegionCapability['kind'], number>> = {
  'sparse-mmap': VFIO_REGION_INFO_CAP_SPARSE_MMAP,
  type: VFIO_REGION_INFO_CAP_TYPE,
  'msix-mappable': VFIO_REGION_INFO_CAP_MSIX_MAPPABLE,
};

const withoutChain = unless('no region has capabilities', async (device) => {
  const { numRegions } = await device.info();
  for (let index = 0; index < numRegions; index++) {
    const info = await device.regionInfo(index).catch(() => undefined);
    if (info !== undefined && info.capabilities.length > 0) {
      return true;
    }
  }
  return false;
});

/** Region infos in binary form. */
export const chainChecks: readonly ConformanceCheck[] = [
  check(
    'region-binary',
    'REGION_INFO in binary form says what the typed call says (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_get_region_info)',
    async (bench) => {
      await eachRegion(bench, async (attached, index) => {
        const info = attached.endpoint.regionInfo(index);
        const { flags, size, offset } = VfioRegionInfo.decode(await region(attached, index, ROOM));
        const caps = info.capabilities.length > 0 ? VFIO_REGION_INFO_FLAG_CAPS : 0;
        expect({ flags, size: Number(size), offset: Number(offset) }).to.deep.equal({
          flags: info.flags | caps,
          size: info.size,
          offset: info.offset,
        });
      });
    },
  ),
  check(
    'chain-walk',
    `row chain fits: the chain leads from one capability to the next, each in its place (${main}, vfio_info_cap_add)`,
    async (bench) => {
      await eachRegion(bench, async (attached, index) => {
        const { capabilities } = attached.endpoint.regionInfo(index);
        const found = walk(await region(attached, index, ROOM));
        expect(found, `region ${index}`).to.deep.equal(capabilities.map(({ kind }) => ids[kind]));
      });
    },
    withoutChain,
  ),
  check(
    'chain-long',
    'row chain too long: without room success, cap_offset 0, and argsz says what is needed (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_get_region_info)',
    async (bench) => {
      await eachRegion(bench, async (attached, index) => {
        const { argsz, cap_offset } = VfioRegionInfo.decode(await region(attached, index, 32));
        expect(cap_offset, `region ${index}`).to.equal(0);
        const whole = VfioRegionInfo.decode(await region(attached, index, argsz));
        const { capabilities } = attached.endpoint.regionInfo(index);
        expect(whole.cap_offset !== 0, `region ${index}`).to.equal(capabilities.length > 0);
      });
    },
    withoutChain,
  ),
];

async function eachRegion(
  bench: Bench,
  look: (attached: AttachedDevice, index: number) => Promise<void>,
): Promise<void> {
  await using attached = await attach(bench);
  const { numRegions } = attached.endpoint.info();
  for (let index = 0; index < numRegions; index++) {
    try {
      attached.endpoint.regionInfo(index);
    } catch {
      continue;
    }
    await look(attached, index);
  }
}

async function region(attached: AttachedDevice, index: number, argsz: number): Promise<Uint8Array> {
  const argument = structure(argsz, argsz, 0, index);
  await ioctl(attached.endpoint, VFIO_DEVICE_GET_REGION_INFO, argument);
  return argument;
}

/** The ids of a chain. Throws at an offset that goes back, is not a multiple of 8, or leaves the structure. */
function walk(info: Uint8Array): readonly number[] {
  const view = new DataView(info.buffer);
  const found: number[] = [];
  let last: number = VfioRegionInfo.size - 1;
  for (let at = view.getUint32(12, true); at !== 0; at = view.getUint32(at + 4, true)) {
    expect(at, 'a capability').to.be.within(last + 1, info.length - 8);
    expect(at % 8, `alignment of the capability at ${at}`).to.equal(0);
    found.push(view.getUint16(at, true));
    last = at;
  }
  return found;
}
