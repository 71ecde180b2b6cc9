import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AddressSpace } from '../space/index.js';
import type { Domain } from './domain.js';
import { ParentIommu } from './parent-iommu.js';
import { errno } from './world.test-support.js';

const BITS = 3;
const PASIDS = [0, 1, 2, 3, 4, 5, 6, 7];

/** What may be attached: three spaces, and on each a domain for PASIDs and one that is not. */
interface Target {
  readonly what: Domain | AddressSpace;
  readonly space: AddressSpace;
  readonly forPasids: boolean;
}

function targets(iommu: ParentIommu): readonly Target[] {
  return [0, 1, 2].flatMap(() => {
    const space = new AddressSpace();
    return [
      { what: space, space, forPasids: false },
      { what: iommu.allocateDomain(space), space, forPasids: false },
      { what: iommu.allocateDomain(space, { pasid: true }), space, forPasids: true },
    ];
  });
}

/** The rules of the table, said once more and without any bookkeeping. */
class NaiveTable {
  readonly attached = new Map<number, Target>();

  attach(target: Target, pasid: number): string {
    return this.attached.has(pasid) ? 'EBUSY' : this.#put(target, pasid);
  }

  replace(target: Target, pasid: number): string {
    const old = this.attached.get(pasid);
    if (old === undefined) {
      return 'EINVAL';
    }
    return old === target ? 'ok' : this.#put(target, pasid);
  }

  #put(target: Target, pasid: number): string {
    const after = new Map(this.attached).set(pasid, target);
    const hasPasid = [...after.keys()].some((pasid) => pasid > 0);
    if (hasPasid && ![...after.values()].every(({ forPasids }) => forPasids)) {
      return 'EINVAL';
    }
    this.attached.set(pasid, target);
    return 'ok';
  }
}

describe('the table against a naive model (drivers/iommu/iommufd/device.c, pasid_attach)', () => {
  it('any attach, replace, detach: the same answers, and the same way for every PASID', () => {
    const step = fc.record({
      op: fc.constantFrom('attach', 'attach', 'replace', 'replace', 'detach'),
      target: fc.nat(8),
      // Few PASIDs, so that they meet; the device itself often.
      pasid: fc.constantFrom(0, 0, 1, 2, 7),
    });
    const seen = { ok: 0, EBUSY: 0, EINVAL: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => {
        const iommu = new ParentIommu({ pasidBits: BITS });
        const all = targets(iommu);
        const model = new NaiveTable();
        const entries = PASIDS.map((pasid) => iommu.entry(pasid));
        for (const { op, target: index, pasid } of steps) {
          const target = all[index]!;
          if (op === 'detach') {
            iommu.detach(pasid);
            model.attached.delete(pasid);
          } else {
            const answer = errno(() => iommu[op](target.what, pasid));
            expect(answer, `${op} ${index} ${pasid}`).to.equal(model[op](target, pasid));
            seen[answer as keyof typeof seen] += 1;
          }
          entries.forEach(({ space }, pasid) => {
            expect(space).to.equal(model.attached.get(pasid)?.space);
          });
          for (const { what } of all) {
            if (!(what instanceof AddressSpace)) {
              const users = [...model.attached.values()].filter((target) => target.what === what);
              expect(what.users).to.equal(users.length);
            }
          }
        }
        for (const pasid of PASIDS) {
          iommu.detach(pasid);
        }
        for (const { what, space } of all) {
          if (!(what instanceof AddressSpace)) {
            what.destroy();
            expect(space.isBusy).to.equal(!what.isPasidCompatible);
          }
        }
      }),
      { seed: 20261121, numRuns: 300 },
    );
    expect(Math.min(...Object.values(seen)), 'every answer was met often').to.be.greaterThan(100);
  });
});
