import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { DmaPort } from '../dma/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { MOCK_PAGE, MOCK_START, sized } from '../space/space.test-support.js';
import { ParentIommu } from '../table/index.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd.c, iommufd_dirty_tracking';
const KIB = 1024;
const MIB = 1024 * KIB;
const GUARD = 0xa5;

/** A device that reaches one domain with recorded writes by itself and by PASID 100. */
class Tracked {
  readonly iommu = new ParentIommu({ aperture: { start: MOCK_START, last: 2 ** 31 - 1 } });
  readonly space = new AddressSpace({ personality: 'iommufd' });
  readonly port: DmaPort;

  constructor(readonly size: number) {
    const domain = this.iommu.allocateDomain(this.space, { dirty: true, pasid: true });
    this.iommu.attach(domain);
    this.iommu.attach(domain, 100);
    const { iommu } = this;
    const events = { report: () => undefined };
    this.port = new DmaPort(events, { target: (pasid) => iommu.entry(pasid) });
    this.port.retarget(iommu.entry(0));
    this.space.map({ iova: MOCK_START, memory: sized(size) });
  }

  start(): this {
    this.space.startDirtyTracking({ pageSize: PAGE });
    return this;
  }

  write(page: number, pasid = 0): unknown {
    const dma = pasid === 0 ? this.port : this.port.withPasid(pasid);
    // Another byte of the page each time, its last one included.
    const at = page % 2 === 0 ? (page * 37) % PAGE : PAGE - 1;
    return outcome(() => {
      dma.write(MOCK_START + page * PAGE + at, Uint8Array.of(1));
      return 'written';
    });
  }

  /** The bitmap of all of it, from an offset of a buffer in which nothing else may change. */
  bitmap(offset = 0, clear = true): Uint8Array | string {
    const bytes = Math.ceil(this.size / PAGE / 8);
    const buffer = new Uint8Array(offset + bytes + PAGE).fill(GUARD);
    const bitmap = buffer.subarray(offset, offset + bytes).fill(0);
    const answer = outcome(() => {
      this.space.reportDirty(MOCK_START, this.size, PAGE, bitmap, { clear });
    });
    const around = [...buffer.subarray(0, offset), ...buffer.subarray(offset + bytes)];
    expect(
      around.every((byte) => byte === GUARD),
      'nothing beside it',
    ).to.equal(true);
    return answer ?? bitmap;
  }
}

describe(`${SOURCE}, set_dirty_tracking`, () => {
  it('dirty set: on and off, and on again, which begins clean; off when it is off changes nothing', () => {
    const tracked = new Tracked(64 * KIB);
    expect(tracked.bitmap()).to.equal('EINVAL dirty.off');
    tracked.write(1);
    tracked.start();
    expect(tracked.bitmap(), 'not what was written before').to.deep.equal(new Uint8Array(2));
    tracked.write(1);
    tracked.start();
    expect(tracked.bitmap(), 'forgotten by another start').to.deep.equal(new Uint8Array(2));
    tracked.write(2);
    tracked.space.stopDirtyTracking();
    tracked.space.stopDirtyTracking();
    expect(tracked.bitmap()).to.equal('EINVAL dirty.off');
    expect(tracked.start().bitmap()).to.deep.equal(new Uint8Array(2));
  });

  it('dirty set pasid: writes of the device itself and of a PASID are in one bitmap, whichever is attached', () => {
    const tracked = new Tracked(64 * KIB).start();
    expect([tracked.write(0), tracked.write(9, 100)]).to.deep.equal(['written', 'written']);
    expect(tracked.bitmap()).to.deep.equal(Uint8Array.of(1, 2));
    tracked.iommu.detach(100);
    expect(tracked.write(9, 100)).to.equal('EFAULT dma.fault');
    expect(tracked.bitmap(), 'no write, no bit').to.deep.equal(Uint8Array.of(0, 0));
    tracked.iommu.detach();
    tracked.iommu.attach(tracked.iommu.allocateDomain(tracked.space, { pasid: true }), 100);
    expect(tracked.write(5, 100)).to.equal('written');
    expect(tracked.bitmap(), 'still on').to.deep.equal(Uint8Array.of(32, 0));
  });

  it('dirty set pasid: two spaces of one device record each for themselves', () => {
    const tracked = new Tracked(64 * KIB).start();
    const other = new AddressSpace({ personality: 'iommufd' });
    other.map({ iova: MOCK_START, memory: sized(64 * KIB) });
    other.startDirtyTracking({ pageSize: PAGE });
    tracked.iommu.replace(tracked.iommu.allocateDomain(other, { pasid: true, dirty: true }), 100);
    tracked.write(3, 100);
    tracked.write(4);
    const bitmap = new Uint8Array(2);
    other.reportDirty(MOCK_START, 64 * KIB, PAGE, bitmap);
    expect([...bitmap]).to.deep.equal([8, 0]);
    expect(tracked.bitmap()).to.deep.equal(Uint8Array.of(16, 0));
  });
});

describe(`${SOURCE}, device_dirty_capability`, () => {
  for (const dirty of [true, false, undefined]) {
    it(`dirty capability: hardware with dirty ${String(dirty)}: what it says is what a domain may ask, on every PASID`, () => {
      const iommu = new ParentIommu(dirty === undefined ? {} : { dirty });
      const space = new AddressSpace({ personality: 'iommufd' });
      const flags = { dirty: true, pasid: true };
      const allocated = outcome(() => iommu.allocateDomain(space, flags));
      if (typeof allocated === 'string') {
        expect([dirty, allocated]).to.deep.equal([false, 'EOPNOTSUPP iommu.no-dirty']);
        expect(space.isBusy, 'nothing is left').to.equal(false);
        return;
      }
      expect(dirty).to.not.equal(false);
      iommu.attach(allocated);
      iommu.attach(allocated, 100);
      iommu.attach(iommu.allocateDomain(space, { pasid: true }), 101);
      expect(iommu.dump().map((entry) => entry.dirty)).to.deep.equal([true, true, false]);
    });
  }
});

describe(`${SOURCE}, get_dirty_bitmap and get_dirty_bitmap_no_clear`, () => {
  for (const [variant, size] of [
    ['domain_dirty8k', 8 * KIB],
    ['domain_dirty16k', 16 * KIB],
    ['domain_dirty64k', 64 * KIB],
    ['domain_dirty128k', 128 * KIB],
    ['domain_dirty256k', 256 * KIB],
    ['domain_dirty640k', 640 * KIB],
    ['domain_dirty128M', 128 * MIB],
  ] as const) {
    for (const [where, offset] of [
      ['page-aligned', 0],
      ['page-unaligned', MOCK_PAGE],
      ['u64-unaligned', 0xff1],
    ] as const) {
      it(`dirty bitmap: ${variant}, ${where} buffer: every other page, until it is cleared`, () => {
        const tracked = new Tracked(size).start();
        const pages = size / PAGE;
        for (let page = 0; page < pages; page += 2) {
          tracked.write(page);
        }
        // Even pages are even bits.
        const expected = new Uint8Array(Math.ceil(pages / 8)).fill(
          pages < 8 ? 2 ** pages / 3 : 0x55,
        );
        const none = new Uint8Array(expected.length);
        expect(tracked.bitmap(offset, false), 'no clear').to.deep.equal(expected);
        expect(tracked.bitmap(offset, false), 'no clear keeps them').to.deep.equal(expected);
        expect(tracked.bitmap(offset), 'clear').to.deep.equal(expected);
        expect(tracked.bitmap(offset), 'cleared').to.deep.equal(none);
        tracked.write(pages - 1, 100);
        const last = new Uint8Array(none);
        last[none.length - 1] = 1 << ((pages - 1) % 8);
        expect(tracked.bitmap(offset), 'the last page').to.deep.equal(last);
      });
    }
  }
});
