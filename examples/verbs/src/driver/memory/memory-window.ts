import {
  IB_UVERBS_ACCESS_LOCAL_WRITE,
  IB_UVERBS_ACCESS_MW_BIND,
  IB_UVERBS_ACCESS_REMOTE_WRITE,
} from '@mdevkit/uapi';
import { failure } from '../../errors.js';
import type { Adapter } from '../adapter.js';
import type { Holdings } from '../parts/index.js';
import { contains, type AddressRange } from './address-range.js';
import type { MemoryRegion } from './memory-region.js';
import type { ProtectionDomain } from './protection-domain.js';
import type { RegisteredMemory } from './registered-memory.js';

interface Binding {
  readonly region: MemoryRegion;
  readonly range: AddressRange;
  readonly access: number;
}

/** A part of a region under a key of its own. */
export class MemoryWindow implements RegisteredMemory {
  readonly pd: ProtectionDomain;
  readonly #adapter: Adapter;
  readonly #held: Holdings;
  #key: number;
  #binding: Binding | undefined;

  private constructor(adapter: Adapter, held: Holdings, pd: ProtectionDomain) {
    this.pd = pd;
    this.#adapter = adapter;
    this.#held = held;
    this.#key = held.take(
      'key',
      () => adapter.keys.add(this),
      () => {
        adapter.keys.delete(this.#key);
      },
    );
  }

  static create(adapter: Adapter, pd: ProtectionDomain): MemoryWindow {
    const held = adapter.holdings('mw');
    return held.build(() => new MemoryWindow(adapter, held, pd));
  }

  get key(): number {
    return this.#key;
  }

  /** Leads to a part of `region` from now on, and nowhere without a range. The key is a new one. */
  bind(region: MemoryRegion, range: AddressRange | undefined, access: number): number {
    const binding = range === undefined ? undefined : { region, range, access };
    if (binding !== undefined) {
      this.#check(binding);
    }
    const key = this.#adapter.keys.add(this);
    this.#adapter.keys.delete(this.#key);
    this.#key = key;
    this.#replace(binding);
    return key;
  }

  /** A window has no key for its own client's requests. */
  allowsLocal(): boolean {
    return false;
  }

  allowsRemote(iova: bigint, length: number, access: number): boolean {
    const bound = this.#binding;
    return (
      bound !== undefined &&
      (bound.access & access) === access &&
      contains(bound.range, iova, length)
    );
  }

  destroy(): void {
    this.#held.release();
    this.#replace(undefined);
  }

  #replace(binding: Binding | undefined): void {
    binding?.region.addWindow();
    this.#binding?.region.removeWindow();
    this.#binding = binding;
  }

  #check({ region, range, access }: Binding): void {
    if (region.pd !== this.pd) {
      throw failure('verbs.domain');
    }
    const isWritten = (access & IB_UVERBS_ACCESS_REMOTE_WRITE) !== 0;
    const needed = IB_UVERBS_ACCESS_MW_BIND | (isWritten ? IB_UVERBS_ACCESS_LOCAL_WRITE : 0);
    if ((region.access & needed) !== needed) {
      throw failure('verbs.access', { access, region: region.access });
    }
    if (!region.covers(range)) {
      throw failure('verbs.argument', { what: 'range', ...range });
    }
  }
}
