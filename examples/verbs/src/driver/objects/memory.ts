import { implement, type Implementation } from '@mdevkit/core';
import { Mr, Mw, Pd, REREG_ACCESS } from '../../abi/index.js';
import { failure } from '../../errors.js';
import type { Adapter } from '../adapter.js';
import {
  addressRange,
  MemoryRegion,
  MemoryWindow,
  ProtectionDomain,
  type AddressRange,
} from '../memory/index.js';

export type Domains = Implementation<typeof Pd, ProtectionDomain>;
type Regions = Implementation<typeof Mr, MemoryRegion>;

export function implementPd(adapter: Adapter): Domains {
  return implement(Pd).withState<ProtectionDomain>(
    { create: () => ({ state: ProtectionDomain.create(adapter) }) },
    {
      release: (pd) => {
        pd.destroy();
      },
    },
  );
}

export function implementMr(adapter: Adapter, domains: Domains): Regions {
  return implement(Mr).withState<MemoryRegion>(
    {
      register: ({ pd, iova, length, access }) => {
        const range = addressRange(iova, length);
        const region = MemoryRegion.register(adapter, domains.of(pd), range, access);
        return { state: region, lkey: region.key, rkey: region.key };
      },
      rereg: (region, { pd, iova, length, access, change }) => {
        region.change({
          pd: pd === undefined ? undefined : domains.of(pd),
          range: changedRange(iova, length),
          access: (change & REREG_ACCESS) === 0 ? undefined : access,
        });
      },
    },
    {
      release: (region) => {
        region.deregister();
      },
    },
  );
}

export function implementMw(
  adapter: Adapter,
  domains: Domains,
  regions: Regions,
): Implementation<typeof Mw, MemoryWindow> {
  return implement(Mw).withState<MemoryWindow>(
    {
      create: ({ pd }) => {
        const window = MemoryWindow.create(adapter, domains.of(pd));
        return { state: window, rkey: window.key };
      },
      bind: (window, { mr, iova, length, access }) => {
        const range = length === 0n ? undefined : addressRange(iova, length);
        return { rkey: window.bind(regions.of(mr), range, access) };
      },
    },
    {
      release: (window) => {
        window.destroy();
      },
    },
  );
}

function changedRange(
  iova: bigint | undefined,
  length: bigint | undefined,
): AddressRange | undefined {
  if (iova === undefined && length === undefined) {
    return undefined;
  }
  if (iova === undefined || length === undefined) {
    throw failure('verbs.argument', { what: 'range', iova, length });
  }
  return addressRange(iova, length);
}
