import { failure } from '../../errors/index.js';

/** Process address space id: an integer of 1 .. 2^20-1 that a device puts beside an address. */
export type Pasid = number;

/** Stands for DMA without a PASID and is never handed out (include/linux/iommu.h, IOMMU_NO_PASID). */
export const NO_PASID = 0;

/** The widest PASID (PCI Express Base Specification 6.0, section 7.8.9.2). */
export const MAX_PASID_BITS = 20;

/**
 * `active`: a device may use it. `draining`: the device was told to stop, and has not yet confirmed it.
 * `leaked`: it never confirmed, so that the PASID is not used again. `free`: none of these.
 */
export type PasidState = 'free' | 'active' | 'draining' | 'leaked';

export interface PasidAllocatorOptions {
  /** Width of a PASID, 1 .. 20; 20 by default. */
  readonly bits?: number | undefined;
}

/** How many PASIDs are in each state; together 2^bits - 1. */
export interface PasidCounters {
  readonly active: number;
  readonly draining: number;
  readonly leaked: number;
  /** How many can still be allocated. */
  readonly available: number;
}

/**
 * The PASIDs of one parent. A PASID may still be in requests on their way when its user is gone, so it is
 * used again only when the device has confirmed that it is quiet, and then as late as possible: the PASIDs
 * that were never used come first, then the one that has been free for longest. A device that never confirms
 * costs a PASID, as in ocxl, where the context of a PASID that the device did not terminate in time is kept
 * for good.
 *
 * Every method takes constant time; memory grows with the highest PASID handed out.
 *
 * Source: Linux drivers/misc/ocxl/context.c, ocxl_context_detach.
 */
export class PasidAllocator {
  readonly #count: number;
  /** By PASID, for those handed out so far: index 0 stands for {@link NO_PASID}. */
  readonly #states: PasidState[] = ['free'];
  /** By PASID: the next in the queue of those that were freed; {@link NO_PASID} ends it. */
  readonly #next: Pasid[] = [NO_PASID];
  #oldest: Pasid = NO_PASID;
  #newest: Pasid = NO_PASID;
  #active = 0;
  #draining = 0;
  #leaked = 0;

  /** Throws EINVAL `pasid.bits`. */
  constructor({ bits = MAX_PASID_BITS }: PasidAllocatorOptions = {}) {
    if (!Number.isInteger(bits) || bits < 1 || bits > MAX_PASID_BITS) {
      throw failure('pasid.bits', { bits });
    }
    this.#count = 2 ** bits - 1;
  }

  get counters(): PasidCounters {
    const active = this.#active;
    const draining = this.#draining;
    const leaked = this.#leaked;
    return { active, draining, leaked, available: this.#count - active - draining - leaked };
  }

  /** The state of any number; what is not a PASID of this allocator is `free`, as it has no user. */
  state(pasid: Pasid): PasidState {
    return this.#states[pasid] ?? 'free';
  }

  /** Throws ENOSPC `pasid.exhausted`. */
  allocate(): Pasid {
    const pasid = this.#takeFresh() ?? this.#takeOldest();
    if (pasid === undefined) {
      throw failure('pasid.exhausted', { ...this.counters });
    }
    this.#states[pasid] = 'active';
    this.#active += 1;
    return pasid;
  }

  /** The device was told to stop: active becomes draining. Throws EINVAL `pasid.state`. */
  retire(pasid: Pasid): void {
    this.#require(pasid, 'active');
    this.#states[pasid] = 'draining';
    this.#active -= 1;
    this.#draining += 1;
  }

  /** The device has no request with it any more: draining becomes free. Throws EINVAL `pasid.state`. */
  confirmQuiet(pasid: Pasid): void {
    this.#require(pasid, 'draining');
    this.#states[pasid] = 'free';
    this.#draining -= 1;
    this.#next[pasid] = NO_PASID;
    if (this.#oldest === NO_PASID) {
      this.#oldest = pasid;
    } else {
      this.#next[this.#newest] = pasid;
    }
    this.#newest = pasid;
  }

  /** The device did not confirm in time: draining becomes leaked. Throws EINVAL `pasid.state`. */
  leak(pasid: Pasid): void {
    this.#require(pasid, 'draining');
    this.#states[pasid] = 'leaked';
    this.#draining -= 1;
    this.#leaked += 1;
  }

  #takeFresh(): Pasid | undefined {
    const pasid = this.#states.length;
    if (pasid > this.#count) {
      return undefined;
    }
    this.#next.push(NO_PASID);
    return pasid;
  }

  #takeOldest(): Pasid | undefined {
    const pasid = this.#oldest;
    if (pasid === NO_PASID) {
      return undefined;
    }
    this.#oldest = this.#next[pasid] ?? NO_PASID;
    return pasid;
  }

  #require(pasid: Pasid, needed: PasidState): void {
    const state = this.state(pasid);
    if (state !== needed) {
      throw failure('pasid.state', { pasid, state, needed });
    }
  }
}
