import { expect } from 'chai';
import { outcome } from '../../errors/outcome.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE, type AddressSpaceOptions } from '../space/index.js';
import type { Domain } from './domain.js';
import type { ParentIommuOptions } from './hardware.js';
import { ParentIommu } from './parent-iommu.js';

/** An iommufd space with one page of `fill` at IOVA 1 page. */
export function filledSpace(fill: number, options: AddressSpaceOptions = {}): AddressSpace {
  const space = new AddressSpace({ personality: 'iommufd', ...options });
  space.map({ iova: PAGE, memory: new Uint8Array(PAGE).fill(fill) });
  return space;
}

/** One IOMMU, the spaces and domains that a test uses, and everything about them that a call could change. */
export class World {
  readonly iommu: ParentIommu;
  readonly spaces: AddressSpace[] = [];
  readonly domains: Domain[] = [];
  readonly #pasids: readonly number[];

  constructor(
    options: ParentIommuOptions = {},
    pasids: readonly number[] = [0, 1, 2, 3, 100, 200],
  ) {
    this.iommu = new ParentIommu(options);
    this.#pasids = pasids.filter((pasid) => pasid < 2 ** (options.pasidBits ?? 20));
  }

  space(options: AddressSpaceOptions = {}): AddressSpace {
    const space = filledSpace(this.spaces.length + 1, options);
    this.spaces.push(space);
    return space;
  }

  /** A domain on `space`, or on one of its own. */
  domain(flags: { pasid?: boolean; dirty?: boolean } = {}, space = this.space()): Domain {
    const domain = this.iommu.allocateDomain(space, flags);
    this.domains.push(domain);
    return domain;
  }

  snapshot(): unknown {
    const { iommu } = this;
    return {
      dump: iommu.dump(),
      counters: iommu.pasidCounters,
      table: this.#pasids.map((pasid) => this.#leadsTo(pasid)),
      domains: this.domains.map(({ users, isDestroyed }) => ({ users, isDestroyed })),
      spaces: this.spaces.map(({ isBusy, alignment, pageSizes, usableRanges, mapCount }) => ({
        isBusy,
        alignment,
        pageSizes,
        usableRanges,
        mapCount,
      })),
    };
  }

  /** The refusal of a call, which must have changed nothing. */
  refusal(run: () => unknown): string {
    const before = this.snapshot();
    const answer = outcome(() => {
      run();
      return 'done';
    });
    expect(this.snapshot(), answer).to.deep.equal(before);
    return answer;
  }

  /** Index of the space that a PASID leads to, -1 for a space that this world does not know. */
  #leadsTo(pasid: number): number | undefined {
    const { space } = this.iommu.entry(pasid);
    return space === undefined ? undefined : this.spaces.indexOf(space);
  }

  /** First byte that an access with a PASID reads at IOVA 1 page. */
  reads(pasid = 0): number | undefined {
    return firstByte(this.iommu.entry(pasid).space);
  }
}

/** First byte at IOVA 1 page; undefined where nothing is. */
export function firstByte(space: AddressSpace | undefined): number | undefined {
  const area = space?.find(PAGE);
  return area?.memory.view(area.offset, 1)?.[0];
}

/** The errno that a call throws, or `ok`. */
export function errno(run: () => void): string {
  const answer = outcome(() => {
    run();
    return 'ok';
  });
  return answer.split(' ')[0] ?? '';
}
