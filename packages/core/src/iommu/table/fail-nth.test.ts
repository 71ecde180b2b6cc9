import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ParentIommu } from './parent-iommu.js';
import { IommuTenancy } from './tenancy.js';
import { World } from './world.test-support.js';

class Injected extends Error {}

/** Makes the n-th step after `arm` fail. */
class FailNth {
  readonly steps: string[] = [];
  #nth = Infinity;

  readonly checkpoint = (step: string): void => {
    this.steps.push(step);
    if (this.steps.length === this.#nth) {
      throw new Injected(step);
    }
  };

  arm(nth: number): void {
    this.steps.length = 0;
    this.#nth = nth;
  }
}

/** What runs when everything is in place, and how to undo it. */
interface Sequence {
  run(): () => void;
}

type Prepare = (world: World, iommu: ParentIommu) => Sequence;

/** One world in which the n-th step of the sequence fails; the steps of a run in which none did. */
function failed(prepare: Prepare, nth: number): readonly string[] | undefined {
  const fail = new FailNth();
  const { checkpoint } = fail;
  const world = new World({ pasidBits: 2, checkpoint }, [0, 1, 2, 3]);
  for (let i = 0; i < 3; i++) {
    world.space({ checkpoint });
  }
  const sequence = prepare(world, world.iommu);
  const before = world.snapshot();
  fail.arm(nth);
  try {
    sequence.run();
    return [...fail.steps];
  } catch (error) {
    expect(error).to.be.instanceOf(Injected);
  }
  expect(world.snapshot(), `after failure of step ${nth}`).to.deep.equal(before);
  fail.arm(Infinity);
  const undo = sequence.run();
  undo();
  expect(world.snapshot(), 'once more without a failure, and undone').to.deep.equal(before);
  return undefined;
}

const SEQUENCES: readonly (readonly [name: string, steps: readonly string[], prepare: Prepare])[] =
  [
    [
      'IommuTenancy.open',
      ['pasid.allocate', 'domain.constrain', 'table.attach'],
      ({ spaces }, iommu) => ({
        run: () => {
          const tenancy = IommuTenancy.open(iommu, spaces[0]!);
          return () => {
            tenancy.close();
            tenancy.settleAll(true);
          };
        },
      }),
    ],
    [
      'IommuTenancy.bind',
      ['pasid.allocate', 'domain.constrain', 'table.attach'],
      ({ spaces }, iommu) => {
        const tenancy = IommuTenancy.open(iommu, spaces[0]!);
        return {
          run: () => {
            const pasid = tenancy.bind(spaces[1]!);
            return () => {
              tenancy.unbind(pasid);
              tenancy.settle(pasid, true);
            };
          },
        };
      },
    ],
    [
      'IommuTenancy.replace',
      ['domain.constrain', 'table.replace'],
      ({ spaces }, iommu) => {
        const tenancy = IommuTenancy.open(iommu, spaces[0]!);
        return {
          run: () => {
            tenancy.replace(tenancy.pasid, spaces[1]!);
            return () => tenancy.replace(tenancy.pasid, spaces[0]!);
          },
        };
      },
    ],
    [
      'ParentIommu.attach of a space',
      ['domain.constrain', 'table.attach'],
      ({ spaces }, iommu) => ({
        run: () => {
          iommu.attach(spaces[2]!);
          return () => iommu.detach();
        },
      }),
    ],
    [
      'ParentIommu.replace of a space by a space',
      ['domain.constrain', 'table.replace'],
      ({ spaces }, iommu) => {
        iommu.attach(spaces[0]!);
        return {
          run: () => {
            iommu.replace(spaces[2]!);
            return () => void iommu.replace(spaces[0]!);
          },
        };
      },
    ],
    [
      'ParentIommu.attach of a domain',
      ['table.attach'],
      (world, iommu) => {
        const domain = world.domain({ pasid: true }, world.spaces[0]);
        return {
          run: () => {
            iommu.attach(domain, 3);
            return () => iommu.detach(3);
          },
        };
      },
    ],
  ];

describe('every failing step leaves nothing (tools/testing/selftests/iommu/iommufd_fail_nth.c)', () => {
  for (const [name, steps, prepare] of SEQUENCES) {
    it(`table step fails: ${name}: ${steps.join(', ')}`, () => {
      let nth = 1;
      let ran = failed(prepare, nth);
      while (ran === undefined) {
        nth += 1;
        ran = failed(prepare, nth);
      }
      expect(nth).to.equal(ran.length + 1);
      const ofSpace = ran.filter((step) => step.startsWith('constrain'));
      expect(ran.filter((step) => !ofSpace.includes(step))).to.deep.equal(steps);
      expect(ofSpace.length > 0, 'the space has steps of its own').to.equal(
        steps.includes('domain.constrain'),
      );
    });
  }
});
