import { failure } from '../../errors/index.js';
import { silentLogger, type Logger } from '../../log/index.js';
import type { Pasid } from '../dma/dma.js';
import { MAX_PASID_BITS, NO_PASID, PasidAllocator, type PasidCounters } from '../pasid/index.js';
import type { AddressSpace, Checkpoint, SpaceConstraints } from '../space/index.js';
import { Domain, type DomainFlags } from './domain.js';
import { DEFAULT_BIND_LIMIT, hardwareConstraints, type ParentIommuOptions } from './hardware.js';
import { PasidTable, type PasidEntry } from './pasid-table.js';

/** One attached PASID, for people. */
export interface PasidDump {
  /** 0 is the device itself. */
  readonly pasid: Pasid;
  /** How many spaces lie under the attached one. */
  readonly depth: number;
  readonly mapCount: number;
  readonly dirty: boolean;
}

const DOMAIN_FLAGS: ReadonlySet<string> = new Set([
  'pasid',
  'dirty',
] satisfies (keyof DomainFlags)[]);

/**
 * The IOMMU of a parent device. Its table, from PASID to domain, is all that decides which memory an access of
 * the device reaches; PASID 0 stands for the accesses of the device itself, which carry none. Everything is
 * synchronous, and a call that throws has changed nothing.
 *
 * A PASID that is attached by hand is the caller's choice; those of {@link ParentIommu.allocatePasid} have an
 * owner already.
 *
 * Source: Linux drivers/iommu/iommufd/device.c, hw_pagetable.c.
 */
export class ParentIommu {
  /** Further PASIDs that one mediated device may have. */
  readonly bindLimit: number;
  readonly #pasidCount: number;
  readonly #constraints: SpaceConstraints;
  readonly #hasDirty: boolean;
  readonly #checkpoint: Checkpoint | undefined;
  readonly #logger: Logger;
  readonly #pasids: PasidAllocator;
  readonly #table = new PasidTable();

  /** Throws EINVAL. */
  constructor(options: ParentIommuOptions = {}) {
    const { pasidBits = MAX_PASID_BITS } = options;
    this.#pasids = new PasidAllocator({ bits: pasidBits });
    this.#pasidCount = 2 ** pasidBits;
    this.#constraints = hardwareConstraints(options);
    this.bindLimit = options.bindLimit ?? DEFAULT_BIND_LIMIT;
    this.#hasDirty = options.dirty ?? true;
    this.#checkpoint = options.checkpoint;
    this.#logger = options.logger ?? silentLogger;
  }

  /** Of the PASIDs that were allocated here; those attached by hand are not counted. */
  get pasidCounters(): PasidCounters {
    return this.#pasids.counters;
  }

  /**
   * Makes the page table of a space for this hardware. Throws EOPNOTSUPP for a flag that the IOMMU does not
   * have, and what {@link AddressSpace.constrain} throws if the maps of the space do not fit the hardware.
   *
   * Source: Linux drivers/iommu/iommufd/hw_pagetable.c, iommufd_hwpt_paging_alloc.
   */
  allocateDomain(space: AddressSpace, flags: DomainFlags = {}): Domain {
    const unknown = Object.keys(flags).find((flag) => !DOMAIN_FLAGS.has(flag));
    if (unknown !== undefined) {
      throw failure('iommu.flags', { flag: unknown });
    }
    if (flags.dirty === true && !this.#hasDirty) {
      throw failure('iommu.no-dirty');
    }
    return this.#allocate(space, flags, false);
  }

  /**
   * Lets the accesses with a PASID go to a domain, which is returned. An address space gets a domain of its
   * own for PASID 0, which is destroyed when it is detached or replaced.
   *
   * Throws ENOENT (destroyed), EBUSY (something is attached, or the device is not quiet), EINVAL: no such PASID;
   * a domain of another IOMMU; a domain not for PASIDs, or an address space, on a PASID, or for the device itself
   * while a PASID is attached, or while it is attached to the device itself. An address space also throws what
   * {@link ParentIommu.allocateDomain} does.
   *
   * Source: Linux drivers/iommu/iommufd/device.c, iommufd_device_attach, iommufd_hwpt_pasid_compat.
   */
  attach(what: Domain | AddressSpace, pasid: Pasid = NO_PASID): Domain {
    this.#requireUsable(what, pasid);
    if (this.#table.domain(pasid) !== undefined) {
      throw failure('iommu.attached', { pasid });
    }
    const state = this.#pasids.state(pasid);
    if (state === 'draining' || state === 'leaked') {
      // What the device still has under way with it would reach the new memory.
      throw failure('iommu.not-quiet', { pasid, state });
    }
    return this.#point(what, pasid, 'table.attach');
  }

  /**
   * Exchanges what is attached, with no access in between that goes nowhere; what was attached before stays if
   * this throws. Throws EINVAL if nothing is attached, else as {@link ParentIommu.attach}.
   *
   * Source: Linux drivers/iommu/iommufd/device.c, iommufd_device_do_replace.
   */
  replace(what: Domain | AddressSpace, pasid: Pasid = NO_PASID): Domain {
    this.#requireUsable(what, pasid);
    const old = this.#table.domain(pasid);
    if (old === undefined) {
      throw failure('iommu.unattached', { pasid });
    }
    if (what === old || (old.isAutomatic && what === old.space)) {
      return old;
    }
    return this.#point(what, pasid, 'table.replace');
  }

  /** Lets the accesses with a PASID go nowhere from now on; does nothing where nothing is attached. */
  detach(pasid: Pasid = NO_PASID): void {
    const old = this.#table.domain(pasid);
    if (old !== undefined) {
      this.#table.point(pasid, undefined);
      this.#leave(old, pasid);
    }
  }

  /** Where a PASID leads to, also in future. Throws EINVAL if there is no such PASID. */
  entry(pasid: Pasid): PasidEntry {
    this.#requirePasid(pasid);
    return this.#table.entry(pasid);
  }

  /** Everything attached, by ascending PASID. */
  dump(): readonly PasidDump[] {
    return this.#table.attached().map(([pasid, { space, isDirtyEnforced }]) => ({
      pasid,
      depth: space.depth,
      mapCount: space.mapCount,
      dirty: isDirtyEnforced,
    }));
  }

  /** A PASID for one owner. Throws ENOSPC. */
  allocatePasid(): Pasid {
    this.#checkpoint?.('pasid.allocate');
    return this.#pasids.allocate();
  }

  /** A PASID is about to be detached: what it waits for is refused, now and until then. */
  refuseRequests(pasid: Pasid): void {
    this.#table.end(pasid);
    const { space } = this.#table.entry(pasid);
    if (space !== undefined) {
      this.#cancelRequests(space, pasid);
    }
  }

  /** The owner of an allocated PASID has detached it, and told the device to stop. Throws EINVAL. */
  retirePasid(pasid: Pasid): void {
    this.#pasids.retire(pasid);
  }

  /**
   * Ends the wait for a retired PASID: `quiet` if the device has no access with it under way, so that it may
   * be allocated again; otherwise it never is. Throws EINVAL.
   */
  settlePasid(pasid: Pasid, quiet: boolean): void {
    if (quiet) {
      this.#pasids.confirmQuiet(pasid);
    } else {
      this.#pasids.leak(pasid);
    }
    this.#table.forget(pasid);
  }

  #point(what: Domain | AddressSpace, pasid: Pasid, step: string): Domain {
    const given = what instanceof Domain ? what : undefined;
    if (given?.isOf(this.#table) === false) {
      throw failure('iommu.foreign', { pasid });
    }
    this.#requireCompatible(given, pasid);
    const domain = what instanceof Domain ? what : this.#allocate(what, {}, true);
    try {
      this.#checkpoint?.(step);
    } catch (error) {
      this.#collect(domain);
      throw error;
    }
    const old = this.#table.domain(pasid);
    this.#table.point(pasid, domain);
    if (old !== undefined) {
      this.#leave(old, pasid);
    }
    return domain;
  }

  #allocate(space: AddressSpace, flags: DomainFlags, isAutomatic: boolean): Domain {
    this.#checkpoint?.('domain.constrain');
    const domain = new Domain(this.#table, space, flags, isAutomatic);
    space.constrain(domain, this.#constraints);
    return domain;
  }

  /** After a PASID was led away from a domain. */
  #leave(old: Domain, pasid: Pasid): void {
    this.#cancelRequests(old.space, pasid);
    this.#collect(old);
  }

  /**
   * Answers what is outstanding of a PASID. A space that fails to is reported.
   *
   * Source: Linux drivers/iommu/iommufd/eventq.c, iommufd_auto_response_faults.
   */
  #cancelRequests(space: AddressSpace, pasid: Pasid): void {
    try {
      space.pageRequests?.cancel?.(this.#table.entry(pasid));
    } catch (error) {
      this.#logger.error('page requests of a detached PASID were not answered', { pasid, error });
    }
  }

  #collect(domain: Domain): void {
    if (domain.isAutomatic && domain.users === 0) {
      domain.destroy();
    }
  }

  #requirePasid(pasid: Pasid): void {
    if (!Number.isInteger(pasid) || pasid < 0 || pasid >= this.#pasidCount) {
      throw failure('iommu.pasid', { pasid, count: this.#pasidCount });
    }
  }

  #requireUsable(what: Domain | AddressSpace, pasid: Pasid): void {
    this.#requirePasid(pasid);
    if (what instanceof Domain && what.isDestroyed) {
      throw failure('iommu.destroyed', { pasid });
    }
  }

  /** What an address space would get is not for PASIDs, and is undefined here. */
  #requireCompatible(domain: Domain | undefined, pasid: Pasid): void {
    const isCompatible = domain?.isPasidCompatible === true;
    if (pasid === NO_PASID) {
      if (!isCompatible && this.#table.pasidCount > 0) {
        throw failure('iommu.own-domain', { pasid });
      }
      return;
    }
    if (!isCompatible) {
      throw failure('iommu.pasid-domain', { pasid });
    }
    if (this.#table.domain(NO_PASID)?.isPasidCompatible === false) {
      throw failure('iommu.own-domain', { pasid });
    }
  }
}
