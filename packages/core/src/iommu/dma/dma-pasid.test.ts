import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import type { DeviceEvent } from '../../event/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { IommuTenancy, ParentIommu } from '../table/index.js';
import { FAULT } from './dma-bench.test-support.js';
import { DmaPort } from './dma-port.js';
import type { Dma } from './dma.js';

function spaceOf(byte: number): AddressSpace {
  const space = new AddressSpace();
  space.map({ iova: PAGE, memory: new Uint8Array(PAGE).fill(byte) });
  return space;
}

/** The byte of the space that a port reaches. */
function reads(dma: Dma): unknown {
  const into = new Uint8Array(1);
  return outcome(() => {
    dma.read(PAGE, into);
    return into[0];
  });
}

/** A device, opened by a client. */
class PasidBench {
  readonly iommu = new ParentIommu({ pasidBits: 2 });
  readonly events: DeviceEvent[] = [];
  readonly port: DmaPort;
  tenancy = IommuTenancy.open(this.iommu, spaceOf(1));

  constructor() {
    this.port = new DmaPort(
      { report: (event) => this.events.push(event) },
      { target: (pasid) => this.tenancy.target(pasid) },
    );
    this.port.retarget(this.tenancy.own);
  }

  get lastFault(): unknown {
    const event = this.events.at(-1);
    return event?.kind === 'fault' ? [event.pasid, event.cause] : event;
  }
}

describe('PASIDs of a device (PCIe Base Spec 6.20; drivers/vfio/iommufd.c, vfio_iommufd_physical_pasid_attach_ioas)', () => {
  it('dma own pasid: the own PASID is the one of the open, and leads where that leads', () => {
    const { port, tenancy, iommu } = new PasidBench();
    expect([port.pasid, reads(port)]).to.deep.equal([tenancy.pasid, 1]);
    const next = IommuTenancy.open(iommu, spaceOf(2));
    port.retarget(next.own);
    expect([port.pasid, reads(port)]).to.deep.equal([next.pasid, 2]);
    port.retarget(undefined);
    expect([port.pasid, reads(port)]).to.deep.equal([0, FAULT]);
  });

  it('dma pasid closed: a closed tenancy leads nowhere at once, also for a port that was not told', () => {
    const bench = new PasidBench();
    const { pasid } = bench.port;
    bench.tenancy.close();
    expect(reads(bench.port)).to.equal(FAULT);
    expect(bench.lastFault).to.deep.equal([pasid, 'unattached']);
  });

  it('dma bound pasid: a bound PASID leads to its own space, with shared counters and events', () => {
    const bench = new PasidBench();
    const { port, tenancy } = bench;
    const pasid = tenancy.bind(spaceOf(2));
    const other = port.withPasid(pasid);
    expect([other.pasid, reads(other), reads(port)]).to.deep.equal([pasid, 2, 1]);
    expect(outcome(() => other.fill(0, 1, 1))).to.equal(FAULT);
    expect(bench.lastFault).to.deep.equal([pasid, 'unmapped']);
    expect(port.counters).to.deep.equal({ bytesRead: 2, bytesWritten: 0, faults: 1 });
    expect(reads(other.withPasid(tenancy.pasid)), 'and back').to.equal(1);
  });

  it('dma bound pasid: a port that was made before its PASID was bound works from then on', () => {
    const bench = new PasidBench();
    const early = bench.port.withPasid(bench.tenancy.pasid + 1);
    expect(reads(early)).to.equal(FAULT);
    expect(bench.tenancy.bind(spaceOf(2))).to.equal(early.pasid);
    expect(reads(early)).to.equal(2);
  });

  it('dma pasid moved: an unbound PASID faults at once, and a replaced one goes to the new space', () => {
    const bench = new PasidBench();
    const { port, tenancy } = bench;
    const pasid = tenancy.bind(spaceOf(2));
    const other = port.withPasid(pasid);
    tenancy.replace(pasid, spaceOf(3));
    expect(reads(other)).to.equal(3);
    tenancy.unbind(pasid);
    expect(reads(other)).to.equal(FAULT);
    expect(bench.lastFault).to.deep.equal([pasid, 'unattached']);
  });

  it('dma pasid moved: a PASID that went on to another device is of no use to a port that is kept', () => {
    const bench = new PasidBench();
    const pasid = bench.tenancy.bind(spaceOf(2));
    const kept = bench.port.withPasid(pasid);
    expect(reads(kept)).to.equal(2);
    bench.tenancy.unbind(pasid);
    bench.tenancy.settle(pasid, true);
    // Of three PASIDs the one that was never used goes first.
    const others = [1, 2].map(() => IommuTenancy.open(bench.iommu, spaceOf(0x5e)));
    expect(others.at(-1)?.pasid).to.equal(pasid);
    expect(reads(kept)).to.equal(FAULT);
    expect(bench.lastFault).to.deep.equal([pasid, 'unattached']);
  });

  for (const forged of [0, 77, 2 ** 20 - 1, 2 ** 20, 2 ** 32 + 1, -1, 0.5, NaN]) {
    it(`dma forged pasid: PASID ${forged}, which is not this device's, is unattached`, () => {
      const bench = new PasidBench();
      const told = Number.isSafeInteger(forged) && forged > 0 ? forged : 0;
      expect(reads(bench.port.withPasid(forged))).to.equal(FAULT);
      expect(bench.lastFault).to.deep.equal([told, 'unattached']);
    });
  }

  it('a port into one space has no other PASID', () => {
    const port = DmaPort.onto(spaceOf(1), { report: () => undefined }, 5);
    expect([port.pasid, reads(port)]).to.deep.equal([5, 1]);
    expect(reads(port.withPasid(5))).to.equal(1);
    expect(reads(port.withPasid(6))).to.equal(FAULT);
  });
});
