import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { Made } from '../access/access.test-support.js';
import { failNth } from '../fail-nth.test-support.js';
import { snapshot } from '../space/space.test-support.js';
import { IOMMU_PAGE_SIZE as PAGE, type Checkpoint } from '../space/index.js';
import { IommuTenancy, ParentIommu } from '../table/index.js';
import { ProcessAddressSpace } from './process-address-space.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd_fail_nth.c';
const SVA = 'drivers/iommu/iommu-sva.c';
const made = new Made();

/** A process with a buffer that is there and one that is not, and a third one that it has not registered. */
class Process {
  readonly space: ProcessAddressSpace;
  readonly buffers = [100, 3 * PAGE, 7].map((size) => new Uint8Array(size));
  readonly present: number;
  readonly absent: number;
  readonly #given: number[];

  /** `given` are the addresses that {@link Process.register} has given out. */
  constructor(checkpoint: Checkpoint, given: number[] = []) {
    this.space = new ProcessAddressSpace({ checkpoint });
    const [present, absent] = this.buffers;
    this.present = this.space.register(present!);
    this.absent = this.space.register(absent!, { present: false });
    this.#given = given;
  }

  register(): void {
    this.#given.push(this.space.register(this.buffers[2]!));
  }

  snapshot(): object {
    const { space } = this;
    return {
      maps: snapshot(space),
      pins: [...space.areas].map(({ pins }) => pins),
      buffers: space.bufferCount,
      addresses: this.buffers.map((buffer) => outcome(() => space.addressOf(buffer))),
      hasExited: space.hasExited,
    };
  }
}

function steps(operate: (process: Process) => unknown, given: number[] = []): readonly string[] {
  return failNth((checkpoint) => {
    const process = new Process(checkpoint, given);
    return { operate: () => operate(process), snapshot: () => process.snapshot() };
  });
}

describe(`buffers of a process: every step fails once (${SOURCE})`, () => {
  made.disposeAfterEach();

  it('sva step fails: register: nothing is registered, and the next address is the one it would have had', () => {
    const given: number[] = [];
    const reached = steps((process) => {
      process.register();
    }, given);
    expect(reached).to.deep.equal(['map.place', 'map.insert']);
    expect(given, 'after either failure, and without one').to.have.length(3);
    expect(new Set(given).size, 'the same address').to.equal(1);
  });

  it('sva step fails: populate: the buffer is as absent as before', () => {
    const reached = steps(({ space, absent }) => {
      space.populate(absent + PAGE);
    });
    expect(reached).to.deep.equal(['map.place', 'map.insert']);
  });

  it('sva step fails: unregister: the buffer stays registered and mapped', () => {
    const reached = steps(({ space, present }) => {
      space.unregister(present);
    });
    expect(reached).to.deep.equal(['unmap.area', 'unmap.remove']);
  });

  it('sva step fails: unregister of what a driver has pinned: it stays, and the driver is told once', () => {
    const told: string[][] = [];
    const reached = failNth((checkpoint) => {
      const process = new Process(checkpoint);
      const driver = made.driver();
      driver.access.attach(process.space);
      const pinned = driver.access.pin(process.present, 100);
      driver.onUnmap = () => {
        pinned.unpin();
      };
      told.push(driver.told);
      const look = (): object => {
        const { maps, buffers, addresses } = process.snapshot() as Record<string, unknown>;
        return { maps, buffers, addresses };
      };
      return {
        operate: () => {
          process.space.unregister(process.present);
        },
        snapshot: look,
      };
    });
    expect(reached).to.deep.equal(['unmap.area', 'unmap.remove']);
    expect(told.map(({ length }) => length)).to.deep.equal([1, 1, 1]);
  });

  it('sva step fails: unmapAll: all buffers stay', () => {
    expect(steps(({ space }) => space.unmapAll())).to.deep.equal(['unmap.area', 'unmap.remove']);
  });
});

describe(`a process in a tenancy: every step fails once (${SOURCE}; ${SVA}, iommu_sva_bind_device)`, () => {
  const BIND = [
    'pasid.allocate',
    'domain.constrain',
    'constrain.check',
    'constrain.apply',
    'table.attach',
  ];
  const options = { pasidBits: 3, reserved: [{ start: 2 ** 20, last: 2 ** 21 - 1 }] };

  /** Everything but the numbers of the PASIDs, which go round. */
  const look = (process: Process, iommu: ParentIommu): object => ({
    process: process.snapshot(),
    counters: iommu.pasidCounters,
    dump: iommu.dump().map(({ mapCount, depth, dirty }) => ({ mapCount, depth, dirty })),
  });

  it('sva bind step fails: open: no PASID is taken, and the process is not busy', () => {
    const reached = failNth((checkpoint) => {
      const process = new Process(checkpoint);
      const iommu = new ParentIommu({ ...options, checkpoint });
      return {
        operate: () => IommuTenancy.open(iommu, process.space),
        snapshot: () => look(process, iommu),
      };
    });
    expect(reached).to.deep.equal(BIND);
  });

  for (const isReplaced of [false, true]) {
    it(`sva bind step fails: ${isReplaced ? 'replace' : 'bind'}: what was bound before stays`, () => {
      const reached = failNth((checkpoint) => {
        const [process, first] = [new Process(checkpoint), new Process(checkpoint)];
        const iommu = new ParentIommu({ ...options, checkpoint });
        const tenancy = IommuTenancy.open(iommu, first.space);
        return {
          operate: () => {
            if (isReplaced) {
              tenancy.replace(tenancy.pasid, process.space);
            } else {
              tenancy.bind(process.space);
            }
          },
          snapshot: () => [
            look(process, iommu),
            first.snapshot(),
            tenancy.own.space === first.space,
          ],
        };
      });
      expect(reached).to.deep.equal(isReplaced ? [...BIND.slice(1, -1), 'table.replace'] : BIND);
    });
  }
});

describe(`the end of a process: every step fails once (${SOURCE}; ${SVA})`, () => {
  const broken = new Error('broken');

  /** Whether the nth step of the exit was reached, and failed. */
  function failsAt(nth: number): boolean {
    let left = Infinity;
    const process = new Process(() => {
      left -= 1;
      if (left === 0) {
        throw broken;
      }
    });
    const { space } = process;
    process.register();
    left = nth;
    let error: unknown;
    try {
      space.exit();
    } catch (thrown) {
      error = thrown;
    }
    left = Infinity;
    const known = process.buffers.filter(
      (b) => typeof outcome(() => space.addressOf(b)) === 'number',
    );
    expect(known, 'as many as are counted').to.have.length(space.bufferCount);
    const absent = space.bufferCount - space.mapCount;
    expect(absent, 'no map without its buffer, no buffer that lost its map').to.be.oneOf([0, 1]);
    expect(outcome(() => space.register(new Uint8Array(1)))).to.equal('ESRCH sva.exited');
    expect(outcome(() => IommuTenancy.open(new ParentIommu(), space))).to.equal('ESRCH sva.exited');
    space.exit();
    expect([space.bufferCount, space.mapCount, space.isBusy]).to.deep.equal([0, 0, false]);
    expect(error).to.be.oneOf([undefined, broken]);
    return error !== undefined;
  }

  it('sva exit step fails: what is left is whole, nothing comes any more, and another exit takes the rest', () => {
    let nth = 1;
    while (failsAt(nth)) {
      nth += 1;
    }
    expect(nth, 'steps of two buffers that are there').to.equal(5);
  });
});
