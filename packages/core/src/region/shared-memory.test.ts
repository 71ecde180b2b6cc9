import { expect } from 'chai';
import { describe, it } from 'mocha';
import { DeviceMemory, Region, type RegionRange, type SharedBytes } from './index.js';

const PAGE = 4096;

function shared(pages: number, fd = 7): SharedBytes {
  return { bytes: new Uint8Array(pages * PAGE), place: { fd, offset: 0 } };
}

function regionOf(...ranges: readonly RegionRange[]): Region {
  return new Region({ name: 'bar', size: 8 * PAGE, ranges });
}

function mappable(offset: number, memory: DeviceMemory): RegionRange {
  return { kind: 'memory', offset, memory, mmap: true };
}

describe('device memory that other processes map (vfio-user protocol specification, GET_REGION_INFO: one descriptor for the region)', () => {
  it('memory shared: the bytes are those of the file', () => {
    const file = shared(2);
    const memory = new DeviceMemory(PAGE, { shared: file, sharedOffset: PAGE });
    memory.view(0, 1)[0] = 9;
    expect(file.bytes?.[PAGE]).to.equal(9);
    memory.reset();
    expect(file.bytes?.[PAGE]).to.equal(0);
  });

  it('memory shared bounds: what the file does not hold, or does not begin at a page, is refused', () => {
    const cases = [
      { shared: shared(1), sharedOffset: PAGE },
      { shared: shared(2), sharedOffset: 8 },
      { shared: shared(2), sharedOffset: -PAGE },
      { shared: { bytes: undefined, place: { fd: 7, offset: 0 } } },
    ];
    for (const options of cases) {
      expect(() => new DeviceMemory(PAGE, options)).to.throw(RangeError);
    }
  });

  it('memory place: counts from where the shared bytes begin in their file', () => {
    const shared = { bytes: new Uint8Array(2 * PAGE), place: { fd: 7, offset: 3 * PAGE } };
    const memory = new DeviceMemory(PAGE, { shared, sharedOffset: PAGE });
    expect(memory.place).to.deep.equal({ fd: 7, offset: 4 * PAGE });
    expect(new DeviceMemory(PAGE).place).to.equal(undefined);
  });

  it('region file: offsets of the region are offsets of the file', () => {
    const file = shared(8);
    const first = new DeviceMemory(PAGE, { shared: file, sharedOffset: 2 * PAGE });
    const second = new DeviceMemory(PAGE, { shared: file, sharedOffset: 4 * PAGE });
    const region = regionOf(mappable(PAGE, first), mappable(3 * PAGE, second));
    expect(region.file).to.deep.equal({ fd: 7, offset: PAGE });
  });

  it('region file none: of memory of this process, of two files, and of parts that lie otherwise', () => {
    const file = shared(8);
    const at = (page: number, of = file): DeviceMemory =>
      new DeviceMemory(PAGE, { shared: of, sharedOffset: page * PAGE });
    expect(regionOf(mappable(0, new DeviceMemory(PAGE))).file).to.equal(undefined);
    expect(regionOf(mappable(0, at(0)), mappable(PAGE, at(1, shared(8, 8)))).file).to.equal(
      undefined,
    );
    expect(regionOf(mappable(0, at(0)), mappable(PAGE, at(5))).file).to.equal(undefined);
    expect(regionOf(mappable(PAGE, at(0))).file).to.equal(undefined);
    expect(regionOf(mappable(0, at(0)), mappable(PAGE, new DeviceMemory(PAGE))).file).to.equal(
      undefined,
    );
  });

  it('region doorbells: one outside of the region is refused', () => {
    const make = (offset: number): Region =>
      new Region({
        name: 'b',
        size: 16,
        ranges: [],
        ioeventfd: { doorbells: [{ offset, width: 4 }] },
      });
    expect(make(12).doorbells).to.deep.equal([{ offset: 12, width: 4 }]);
    expect(() => make(13)).to.throw(RangeError);
    expect(() => make(-4)).to.throw(RangeError);
  });
});
