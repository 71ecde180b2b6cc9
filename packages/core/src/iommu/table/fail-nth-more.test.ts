import { expect } from 'chai';
import { describe, it } from 'mocha';
import { makeEndpoint, type Bench } from '../../device/endpoint.test-support.js';
import { failNth } from '../fail-nth.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE, type Checkpoint } from '../space/index.js';
import { ParentIommu } from './parent-iommu.js';
import { IommuTenancy } from './tenancy.js';
import { World } from './world.test-support.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd_fail_nth.c';
/** Constraints that show in a space: a small page, an aperture, and a hole in it. */
const HARDWARE = {
  pasidBits: 2,
  pageSizes: 0x1800n,
  aperture: { start: 0, last: 2 ** 40 - 1 },
  reserved: [{ start: 2 ** 20, last: 2 ** 21 - 1 }],
};
const CONSTRAIN = ['domain.constrain', 'constrain.check', 'constrain.apply'];

/** What of three spaces is under test, prepared without failures. */
function steps(prepare: (world: World) => () => unknown): readonly string[] {
  return failNth((checkpoint) => {
    const world = new World({ ...HARDWARE, checkpoint });
    for (let i = 0; i < 3; i++) {
      world.space({ checkpoint });
    }
    const operate = prepare(world);
    return { operate, snapshot: () => world.snapshot() };
  });
}

describe(`domains and PASIDs: every step fails once (${SOURCE}, device)`, () => {
  for (const flags of [{}, { pasid: true, dirty: true }]) {
    it(`domain step fails: allocateDomain with ${JSON.stringify(flags)}: the space stays unconstrained`, () => {
      const reached = steps(
        ({ iommu, spaces }) =>
          () =>
            iommu.allocateDomain(spaces[0]!, flags),
      );
      expect(reached).to.deep.equal(CONSTRAIN);
    });
  }

  for (const pasid of [0, 1, 3]) {
    it(`replace step fails: a domain by a domain on PASID ${pasid}: the old one stays, and both are the caller's`, () => {
      const reached = steps((world) => {
        const [old, next] = [0, 1].map((i) => world.domain({ pasid: true }, world.spaces[i]));
        world.iommu.attach(old!, pasid);
        return () => world.iommu.replace(next!, pasid);
      });
      expect(reached).to.deep.equal(['table.replace']);
    });
  }

  it('replace step fails: an automatic domain by a domain: it goes when the replace succeeds, and not before', () => {
    const reached = steps((world) => {
      world.iommu.attach(world.spaces[0]!);
      const next = world.domain({}, world.spaces[1]);
      return () => world.iommu.replace(next);
    });
    expect(reached).to.deep.equal(['table.replace']);
  });

  it('replace step fails: a domain by a space: no automatic domain is left', () => {
    const reached = steps((world) => {
      world.iommu.attach(world.domain({}, world.spaces[0]));
      return () => world.iommu.replace(world.spaces[1]!);
    });
    expect(reached).to.deep.equal([...CONSTRAIN, 'table.replace']);
  });

  it('tenancy step fails: bind of the last PASID: it is not taken, and the space is not busy', () => {
    const reached = steps(({ iommu, spaces }) => {
      const tenancy = IommuTenancy.open(iommu, spaces[0]!);
      IommuTenancy.open(iommu, spaces[1]!);
      return () => {
        tenancy.bind(spaces[2]!);
      };
    });
    expect(reached).to.deep.equal(['pasid.allocate', ...CONSTRAIN, 'table.attach']);
  });

  for (const whose of ['own', 'bound'] as const) {
    it(`tenancy step fails: replace of the ${whose} PASID: the old domain stays, the new one goes`, () => {
      const reached = steps(({ iommu, spaces }) => {
        const tenancy = IommuTenancy.open(iommu, spaces[0]!);
        tenancy.bind(spaces[1]!);
        const bound = iommu.dump().find(({ pasid }) => pasid !== tenancy.pasid)?.pasid ?? NaN;
        return () => {
          tenancy.replace(whose === 'own' ? tenancy.pasid : bound, spaces[2]!);
        };
      });
      expect(reached).to.deep.equal([...CONSTRAIN, 'table.replace']);
    });
  }
});

class Injected extends Error {}

/** An endpoint on an IOMMU of three PASIDs, of which a step can be made to fail. */
class Bed implements AsyncDisposable {
  readonly iommu: ParentIommu;
  readonly bench: Bench;
  #left = Infinity;

  constructor() {
    const checkpoint: Checkpoint = (step) => {
      this.#left -= 1;
      if (this.#left === 0) {
        throw new Injected(step);
      }
    };
    this.iommu = new ParentIommu({ ...HARDWARE, checkpoint });
    this.bench = makeEndpoint({ drainPasid: () => undefined }, { iommu: this.iommu });
  }

  snapshot(): object {
    const { bench, iommu } = this;
    return { state: bench.endpoint.state, counters: iommu.pasidCounters, dump: iommu.dump() };
  }

  /** The step at which a call failed, which must have changed nothing; undefined if it has fewer steps. */
  async failure(nth: number, run: () => Promise<unknown>): Promise<string | undefined> {
    const before = this.snapshot();
    this.#left = nth;
    try {
      await run();
      return undefined;
    } catch (error) {
      if (!(error instanceof Injected)) {
        throw error;
      }
      expect(this.snapshot(), error.message).to.deep.equal(before);
      return error.message;
    } finally {
      this.#left = Infinity;
    }
  }

  /** What the device reads at page 1 with a PASID. */
  reads(pasid: number): number | undefined {
    const into = new Uint8Array(1);
    this.bench.endpoint.dma.withPasid(pasid).read(PAGE, into);
    return into[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench[Symbol.asyncDispose]();
  }
}

function spaceOf(fill: number): AddressSpace {
  const space = new AddressSpace();
  space.map({ iova: PAGE, memory: new Uint8Array(PAGE).fill(fill) });
  return space;
}

const NOTHING = { active: 0, draining: 0, leaked: 0, available: 3 };

/** Runs `attempt` with its 1st, 2nd … step failing, each in a bed of its own, and returns the steps. */
async function eachStep(
  attempt: (bed: Bed, nth: number) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const reached: string[] = [];
  for (let nth = 1; ; nth++) {
    const bed = new Bed();
    const step = await attempt(bed, nth);
    await bed[Symbol.asyncDispose]();
    expect(bed.iommu.pasidCounters, 'in the end').to.deep.equal(NOTHING);
    expect(bed.iommu.dump()).to.deep.equal([]);
    if (step === undefined) {
      return reached;
    }
    reached.push(step);
  }
}

describe(`a device whose IOMMU fails at each step (${SOURCE}; drivers/vfio/device_cdev.c, vfio_df_ioctl_bind_iommufd)`, () => {
  it('open step fails: the device is closed, no PASID is active, draining or leaked, and the next open works', async () => {
    const reached = await eachStep(async (bed, nth) => {
      const step = await bed.failure(nth, () => bed.bench.open());
      if (step !== undefined) {
        expect(bed.bench.endpoint.state).to.equal('closed');
        expect(bed.iommu.pasidCounters).to.deep.equal(NOTHING);
        const device = await bed.bench.open();
        const memory = new Uint8Array(PAGE).fill(9);
        await device.dmaMap({ iova: PAGE, memory });
        expect(bed.reads(bed.bench.endpoint.dma.pasid)).to.equal(9);
      }
      return step;
    });
    expect(reached).to.deep.equal(['pasid.allocate', 'domain.constrain', 'table.attach']);
  });

  it('bind step fails: the device is as usable as before, and the next bind works', async () => {
    const reached = await eachStep(async (bed, nth) => {
      const device = await bed.bench.open();
      await device.dmaMap({ iova: PAGE, memory: new Uint8Array(PAGE).fill(1) });
      const space = spaceOf(2);
      const step = await bed.failure(nth, () => device.bind(space));
      expect(bed.reads(bed.bench.endpoint.dma.pasid)).to.equal(1);
      expect(space.isBusy).to.equal(step === undefined);
      if (step !== undefined) {
        expect(bed.reads((await device.bind(space)).pasid)).to.equal(2);
        expect(bed.iommu.pasidCounters).to.include({ active: 2, draining: 0, leaked: 0 });
      }
      return step;
    });
    expect(reached).to.deep.equal(['pasid.allocate', 'domain.constrain', 'table.attach']);
  });

  it("replace step fails: the PASID leads where it did, with the driver's access open, and can be replaced then", async () => {
    const reached = await eachStep(async (bed, nth) => {
      const device = await bed.bench.open();
      const [old, next] = [spaceOf(2), spaceOf(3)];
      const binding = await device.bind(old);
      using access = bed.bench.endpoint.dma.withPasid(binding.pasid).access({ name: 'driver' });
      const step = await bed.failure(nth, () => binding.replace(next));
      if (step !== undefined) {
        expect(bed.reads(binding.pasid)).to.equal(2);
        expect([access.isClosed, next.isBusy]).to.deep.equal([false, false]);
        await binding.replace(next);
      }
      expect(bed.reads(binding.pasid)).to.equal(3);
      expect([old.isBusy, access.isClosed]).to.deep.equal([false, true]);
      return step;
    });
    expect(reached).to.deep.equal(['domain.constrain', 'table.replace']);
  });
});
