import {
  VFIO_REGION_INFO_FLAG_CAPS,
  VFIO_REGION_INFO_FLAG_MMAP,
  VFIO_REGION_INFO_FLAG_READ,
  VFIO_REGION_INFO_FLAG_WRITE,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';

import { DeviceMemory } from './device-memory.js';
import { expectFailure, thrownBy } from './recorder.test-support.js';
import type { RegionRange, RegionSpec } from './region-spec.js';
import { Region } from './region.js';

const RW = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
const MMAP = VFIO_REGION_INFO_FLAG_MMAP;
const CAPS = VFIO_REGION_INFO_FLAG_CAPS;

function memory(offset: number, size: number, mmap = true): RegionRange {
  return { kind: 'memory', offset, memory: new DeviceMemory(size), mmap };
}

function region(ranges: RegionRange[], rest: Partial<RegionSpec> = {}): Region {
  return new Region({ name: 'bar2', size: 0x4000, ranges, ...rest });
}

describe('flags of a region (include/uapi/linux/vfio.h, struct vfio_region_info)', () => {
  it('say which directions there are', () => {
    expect(region([]).flags).to.equal(RW);
    expect(region([], { access: 'rw' }).flags).to.equal(RW);
    expect(region([], { access: 'ro' }).flags).to.equal(VFIO_REGION_INFO_FLAG_READ);
    expect(region([], { access: 'wo' }).flags).to.equal(VFIO_REGION_INFO_FLAG_WRITE);
  });

  it('have MMAP only with a range that can be mapped', () => {
    expect(region([memory(0, 0x4000, false)]).flags).to.equal(RW);
    expect(region([memory(0, 0x4000)]).flags).to.equal(RW | MMAP);
  });

  it('have CAPS whenever there is a capability', () => {
    expect(region([memory(0, 0x1000)]).flags).to.equal(RW | MMAP | CAPS);
    expect(region([], { type: { type: 1, subtype: 2 } }).flags).to.equal(RW | CAPS);
  });
});

describe('capabilities of a region (struct vfio_region_info_cap_sparse_mmap)', () => {
  it('are none when one call maps the whole region', () => {
    expect(region([memory(0, 0x4000)]).capabilities).to.deep.equal([]);
  });

  it('list the areas by offset when a part cannot be mapped', () => {
    const partial = region([
      memory(0x3000, 0x1000),
      memory(0x1000, 0x1000, false),
      memory(0, 0x1000),
    ]);
    expect(partial.capabilities).to.deep.equal([
      {
        kind: 'sparse-mmap',
        areas: [
          { offset: 0, size: 0x1000 },
          { offset: 0x3000, size: 0x1000 },
        ],
      },
    ]);
  });

  it('keep memories that touch apart, so that each area is one call', () => {
    const touching = region([memory(0, 0x1000), memory(0x1000, 0x3000)]);
    const [sparse] = touching.capabilities;
    expect(sparse).to.deep.equal({
      kind: 'sparse-mmap',
      areas: [
        { offset: 0, size: 0x1000 },
        { offset: 0x1000, size: 0x3000 },
      ],
    });
    for (const area of sparse?.kind === 'sparse-mmap' ? sparse.areas : []) {
      expect(touching.mmap(area.offset, area.size)).to.have.length(area.size);
    }
  });

  it('carry TYPE (struct vfio_region_info_cap_type)', () => {
    expect(region([], { type: { type: 0x80001234, subtype: 7 } }).capabilities).to.deep.equal([
      { kind: 'type', type: 0x80001234, subtype: 7 },
    ]);
  });

  it('carry MSIX_MAPPABLE only with a mappable region (vfio_pci_core.c, vfio_pci_ioctl_get_region_info)', () => {
    expect(region([memory(0, 0x4000)], { msixMappable: true }).capabilities).to.deep.equal([
      { kind: 'msix-mappable' },
    ]);
    expect(region([], { msixMappable: true }).capabilities).to.deep.equal([]);
    expect(region([memory(0, 0x4000)], { msixMappable: false }).capabilities).to.deep.equal([]);
  });

  it('come in the order sparse, type, msix and are frozen', () => {
    const all = region([memory(0, 0x1000)], {
      msixMappable: true,
      type: { type: 1, subtype: 1 },
    }).capabilities;
    expect(all.map(({ kind }) => kind)).to.deep.equal(['sparse-mmap', 'type', 'msix-mappable']);
    expect(Object.isFrozen(all) && all.every((capability) => Object.isFrozen(capability))).to.equal(
      true,
    );
  });
});

describe('mmap of a region (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_mmap)', () => {
  it('is the memory itself, the length being as asked', () => {
    const backing = new DeviceMemory(0x2000);
    const bar = new Region({
      name: 'bar2',
      size: 0x4000,
      ranges: [{ kind: 'memory', offset: 0x1000, memory: backing, mmap: true }],
    });
    const window = bar.mmap(0x2000, 100);
    expect(window).to.have.length(100);
    window[99] = 0x5a;
    expect(backing.bytes[0x1000 + 99]).to.equal(0x5a);
    const data = new DataView(new ArrayBuffer(1));
    expect(bar.read(0x2063, data, 0, 1)).to.equal(1);
    expect(data.getUint8(0)).to.equal(0x5a);
  });

  const bar = region([
    memory(0x1000, 0x1000),
    memory(0x2000, 0x1000),
    memory(0x3000, 0x1000, false),
  ]);
  for (const [what, offset, length] of [
    ['a hole', 0, 0x1000],
    ['memory that may not be mapped', 0x3000, 0x1000],
    ['across two memories', 0x1000, 0x2000],
    ['past the end of a range', 0x2000, 0x1001],
    ['past the end of the region', 0x4000, 0x1000],
    ['length 0 (mmap(2))', 0x1000, 0],
    ['a negative length', 0x1000, -1],
    ['a fractional length', 0x1000, 1.5],
    ['an unaligned offset (mmap(2))', 0x1800, 0x100],
    ['a negative offset', -0x1000, 0x1000],
    ['no offset', NaN, 0x1000],
  ] as const) {
    it(`answers EINVAL for ${what}`, () => {
      expectFailure(
        thrownBy(() => bar.mmap(offset, length)),
        'EINVAL',
        'region.mmap',
      );
    });
  }

  it('does not ask whether the region decodes accesses', () => {
    const off = region([memory(0, 0x4000)], { accessible: () => false });
    expect(off.mmap(0, 0x4000)).to.have.length(0x4000);
  });
});
