import { failure } from '../../errors/index.js';
import type { AddressSpace } from '../space/index.js';

/** What a {@link Domain} is allocated for. */
export interface DomainFlags {
  /** May be attached to a PASID: IOMMU_HWPT_ALLOC_PASID. */
  readonly pasid?: boolean | undefined;
  /** Every device attached to it records what it writes: IOMMU_HWPT_ALLOC_DIRTY_TRACKING. */
  readonly dirty?: boolean | undefined;
}

/** Counts who uses a domain: the table of the IOMMU that it belongs to. */
export interface DomainUsers {
  users(domain: Domain): number;
}

/**
 * One I/O page table of one IOMMU: an address space as that hardware can translate it. As long as it exists,
 * the maps of the space meet the constraints of the hardware. Made by ParentIommu.
 *
 * Source: Linux drivers/iommu/iommufd/hw_pagetable.c, struct iommufd_hwpt_paging.
 */
export class Domain implements Disposable {
  readonly space: AddressSpace;
  readonly isPasidCompatible: boolean;
  readonly isDirtyEnforced: boolean;
  /** Made by attaching an address space; it goes when it is detached. */
  readonly isAutomatic: boolean;
  readonly #owner: DomainUsers;
  #isDestroyed = false;

  constructor(owner: DomainUsers, space: AddressSpace, flags: DomainFlags, isAutomatic: boolean) {
    this.space = space;
    this.isPasidCompatible = flags.pasid === true;
    this.isDirtyEnforced = flags.dirty === true;
    this.isAutomatic = isAutomatic;
    this.#owner = owner;
  }

  /** To how many PASIDs it is attached; that of the device itself counts. */
  get users(): number {
    return this.#owner.users(this);
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  isOf(owner: DomainUsers): boolean {
    return this.#owner === owner;
  }

  /** Frees the space from its constraints. Throws EBUSY while attached, ENOENT the second time. */
  destroy(): void {
    if (this.#isDestroyed) {
      throw failure('iommu.destroyed');
    }
    if (this.users > 0) {
      throw failure('iommu.in-use', { users: this.users });
    }
    this.#isDestroyed = true;
    this.space.release(this);
  }

  /** As {@link Domain.destroy}, but does nothing the second time. */
  [Symbol.dispose](): void {
    if (!this.#isDestroyed) {
      this.destroy();
    }
  }
}
