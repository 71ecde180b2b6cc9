import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AddressSpace } from '../space/index.js';
import { ParentIommu } from './parent-iommu.js';
import { IommuTenancy } from './tenancy.js';
import { errno } from './world.test-support.js';

const BITS = 3;
const PASIDS = [0, 1, 2, 3, 4, 5, 6, 7];

/** The PASIDs that tenancies have had, and what became of each. */
class NaiveTenants {
  /** By PASID: tenancy and space, while it is bound. */
  readonly bound = new Map<number, readonly [tenant: number, space: number]>();
  /** By PASID: tenancy. */
  readonly draining = new Map<number, number>();
  readonly leaked = new Set<number>();

  get available(): number {
    return 2 ** BITS - 1 - this.bound.size - this.draining.size - this.leaked.size;
  }

  retire(pasid: number): void {
    const [tenant] = this.bound.get(pasid)!;
    this.bound.delete(pasid);
    this.draining.set(pasid, tenant);
  }
}

interface Tenant {
  readonly tenancy: IommuTenancy;
  isOpen: boolean;
}

/** Tenancies and their model, side by side. */
class Tenants {
  readonly iommu = new ParentIommu({ pasidBits: BITS });
  readonly spaces = [0, 1, 2].map(() => new AddressSpace());
  readonly model = new NaiveTenants();
  readonly tenants: Tenant[] = [];

  open(space: number): void {
    if (this.#taken(() => this.#push(IommuTenancy.open(this.iommu, this.spaces[space]!)))) {
      const { pasid } = this.tenants.at(-1)!.tenancy;
      this.#bound(pasid, this.tenants.length - 1, space);
    }
  }

  bind(index: number, space: number): void {
    const { tenancy, isOpen } = this.tenants[index]!;
    let pasid = 0;
    const bind = (): void => void (pasid = tenancy.bind(this.spaces[space]!));
    if (!isOpen) {
      expect(errno(bind)).to.equal('EINVAL');
    } else if (this.#taken(bind)) {
      this.#bound(pasid, index, space);
    }
  }

  unbind(index: number, pasid: number): void {
    const { tenancy } = this.tenants[index]!;
    const answer = errno(() => tenancy.unbind(pasid));
    if (this.model.bound.get(pasid)?.[0] !== index) {
      expect(answer).to.equal('ENOENT');
    } else if (tenancy.pasid === pasid) {
      expect(answer).to.equal('EINVAL');
    } else {
      expect(answer).to.equal('ok');
      this.model.retire(pasid);
    }
  }

  replace(index: number, pasid: number, space: number): void {
    const answer = errno(() => this.tenants[index]!.tenancy.replace(pasid, this.spaces[space]!));
    const isBound = this.model.bound.get(pasid)?.[0] === index;
    expect(answer).to.equal(isBound ? 'ok' : 'ENOENT');
    if (isBound) {
      this.model.bound.set(pasid, [index, space]);
    }
  }

  settle(index: number, pasid: number, quiet: boolean): void {
    const answer = errno(() => this.tenants[index]!.tenancy.settle(pasid, quiet));
    const isDraining = this.model.draining.get(pasid) === index;
    expect(answer).to.equal(isDraining ? 'ok' : 'ENOENT');
    if (isDraining) {
      this.model.draining.delete(pasid);
      if (!quiet) {
        this.model.leaked.add(pasid);
      }
    }
  }

  close(index: number): void {
    const tenant = this.tenants[index]!;
    for (const [pasid, [owner]] of this.model.bound) {
      if (owner === index) {
        this.model.retire(pasid);
      }
    }
    const draining = [...this.model.draining].filter(([, owner]) => owner === index);
    tenant.isOpen = false;
    expect(tenant.tenancy.close()).to.have.members(draining.map(([pasid]) => pasid));
  }

  check(): void {
    const { bound, draining, leaked, available } = this.model;
    expect(this.iommu.pasidCounters).to.deep.equal({
      active: bound.size,
      draining: draining.size,
      leaked: leaked.size,
      available,
    });
    for (const pasid of PASIDS) {
      const [owner, space = -1] = bound.get(pasid) ?? [];
      expect(this.iommu.entry(pasid).space).to.equal(this.spaces[space]);
      this.tenants.forEach(({ tenancy }, index) => {
        const target = tenancy.target(pasid);
        expect(target?.space).to.equal(owner === index ? this.spaces[space] : undefined);
        expect(target !== undefined).to.equal(owner === index);
      });
    }
    const used = [...bound.values()].map(([, space]) => space);
    this.spaces.forEach((space, index) => {
      expect(space.isBusy).to.equal(used.includes(index));
    });
  }

  #push(tenancy: IommuTenancy): void {
    this.tenants.push({ tenancy, isOpen: true });
  }

  /** Runs what takes a PASID, which must work if one is left. */
  #taken(run: () => void): boolean {
    const answer = errno(run);
    expect(answer).to.equal(this.model.available > 0 ? 'ok' : 'ENOSPC');
    return answer === 'ok';
  }

  /** A PASID was handed out, which nobody else may have. */
  #bound(pasid: number, tenant: number, space: number): void {
    const { bound, draining, leaked } = this.model;
    expect(bound.has(pasid) || draining.has(pasid) || leaked.has(pasid)).to.be.false;
    bound.set(pasid, [tenant, space]);
  }
}

describe('tenancies against a naive model (drivers/misc/ocxl/context.c; iommu-sva.c)', () => {
  it('any open, bind, unbind, replace, settle, close: nothing is shared, nothing is lost', () => {
    const step = fc.record({
      op: fc.constantFrom('open', 'bind', 'bind', 'unbind', 'replace', 'settle', 'settle', 'close'),
      tenant: fc.nat(9),
      space: fc.nat(2),
      pasid: fc.integer({ min: 1, max: 7 }),
      quiet: fc.constantFrom(true, true, true, true, false),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const world = new Tenants();
        world.open(0);
        for (const { op, tenant, space, pasid, quiet } of steps) {
          const index = tenant % world.tenants.length;
          switch (op) {
            case 'open':
              world.open(space);
              break;
            case 'bind':
              world.bind(index, space);
              break;
            case 'unbind':
              world.unbind(index, pasid);
              break;
            case 'replace':
              world.replace(index, pasid, space);
              break;
            case 'settle':
              world.settle(index, pasid, quiet);
              break;
            default:
              world.close(index);
          }
          world.check();
        }
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
