import { IB_UVERBS_ACCESS_LOCAL_WRITE, IB_UVERBS_ACCESS_REMOTE_WRITE } from '@mdevkit/uapi';
import { failure } from '../../errors.js';
import type { Adapter } from '../adapter.js';
import type { Holdings } from '../parts/index.js';
import { contains, type AddressRange } from './address-range.js';
import type { ProtectionDomain } from './protection-domain.js';
import type { RegisteredMemory } from './registered-memory.js';

/** What {@link MemoryRegion.change} sets; what is undefined stays. */
export interface RegionChange {
  readonly pd: ProtectionDomain | undefined;
  readonly range: AddressRange | undefined;
  readonly access: number | undefined;
}

/**
 * Part of the client's address space under a key. Nothing is pinned: that the addresses are mapped is checked by the IOMMU at
 * each access, so a region may be registered before its memory is mapped, and outlive that.
 */
export class MemoryRegion implements RegisteredMemory {
  readonly key: number;
  readonly #held: Holdings;
  #pd: ProtectionDomain;
  #range: AddressRange;
  #access: number;
  #windows = 0;

  private constructor(
    adapter: Adapter,
    held: Holdings,
    pd: ProtectionDomain,
    range: AddressRange,
    access: number,
  ) {
    this.#held = held;
    this.#pd = pd;
    this.#range = range;
    this.#access = access;
    held.take(
      'domain',
      () => {
        pd.addRegion();
      },
      // The one that it has by then.
      () => {
        this.#pd.removeRegion();
      },
    );
    this.key = held.take(
      'key',
      () => adapter.keys.add(this),
      (key) => {
        adapter.keys.delete(key);
      },
    );
  }

  static register(
    adapter: Adapter,
    pd: ProtectionDomain,
    range: AddressRange,
    access: number,
  ): MemoryRegion {
    checkAccess(access);
    const held = adapter.holdings('mr');
    return held.build(() => new MemoryRegion(adapter, held, pd, range, access));
  }

  get pd(): ProtectionDomain {
    return this.#pd;
  }

  get access(): number {
    return this.#access;
  }

  /** Whether a window can have these addresses. */
  covers(range: AddressRange): boolean {
    return contains(this.#range, range.iova, range.length);
  }

  change({ pd = this.#pd, range = this.#range, access = this.#access }: RegionChange): void {
    this.#requireNoWindows();
    checkAccess(access);
    pd.addRegion();
    this.#pd.removeRegion();
    this.#pd = pd;
    this.#range = range;
    this.#access = access;
  }

  allowsLocal(iova: bigint, length: number, write: boolean): boolean {
    const may = !write || (this.#access & IB_UVERBS_ACCESS_LOCAL_WRITE) !== 0;
    return may && contains(this.#range, iova, length);
  }

  allowsRemote(iova: bigint, length: number, access: number): boolean {
    return (this.#access & access) === access && contains(this.#range, iova, length);
  }

  addWindow(): void {
    this.#windows += 1;
  }

  removeWindow(): void {
    this.#windows -= 1;
  }

  deregister(): void {
    this.#requireNoWindows();
    this.#held.release();
  }

  #requireNoWindows(): void {
    if (this.#windows > 0) {
      throw failure('verbs.windows', { windows: this.#windows });
    }
  }
}

function checkAccess(access: number): void {
  const isWritten = (access & IB_UVERBS_ACCESS_REMOTE_WRITE) !== 0;
  if (isWritten && (access & IB_UVERBS_ACCESS_LOCAL_WRITE) === 0) {
    throw failure('verbs.access', { access });
  }
}
