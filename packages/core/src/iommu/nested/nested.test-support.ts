import { outcome } from '../../errors/outcome.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import type { MapParentRequest, NestedSpace } from './nested-space.js';

/** A host space with `pages` pages from IOVA 16 pages up, filled with their numbers, one map each. */
export function host(pages: number, personality: 'iommufd' | 'type1v2' = 'iommufd'): AddressSpace {
  const space = new AddressSpace({ personality });
  for (let page = 0; page < pages; page++) {
    space.map({ iova: (16 + page) * PAGE, memory: new Uint8Array(PAGE).fill(page) });
  }
  return space;
}

export function mapped(space: NestedSpace, request: MapParentRequest): unknown {
  return outcome(() => space.mapParent(request));
}
