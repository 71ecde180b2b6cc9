import { failure } from '../../errors/index.js';
import type { DmaTargets } from '../dma/dma-target.js';
import type { Pasid } from '../dma/dma.js';
import type { AddressSpace } from '../space/index.js';
import type { Domain } from './domain.js';
import type { ParentIommu } from './parent-iommu.js';
import type { PasidEntry } from './pasid-table.js';

interface Binding {
  readonly entry: PasidEntry;
  readonly domain: Domain;
}

/**
 * What one open of a mediated device has of its parent's IOMMU: a PASID of its own and those that were bound
 * since, each with a domain that nobody else uses. Two tenancies of one parent share neither PASIDs nor, unless
 * they were given the same space, memory: the same IOVA is two things.
 *
 * A PASID that is unbound reaches nothing from that moment. It is draining then, until the device has said
 * whether it is quiet: {@link IommuTenancy.settle}.
 *
 * Source: Linux drivers/iommu/iommu-sva.c; drivers/vfio/iommufd.c, vfio_iommufd_physical_pasid_attach_ioas.
 */
export class IommuTenancy implements DmaTargets {
  readonly #iommu: ParentIommu;
  readonly #bindings = new Map<Pasid, Binding>();
  readonly #draining = new Set<Pasid>();
  readonly #own: PasidEntry;
  #isOpen = true;

  private constructor(iommu: ParentIommu, domain: Domain, own: PasidEntry) {
    this.#iommu = iommu;
    this.#own = own;
    this.#bindings.set(own.pasid, { entry: own, domain });
  }

  /** Throws ENOSPC if no PASID is left, and as {@link ParentIommu.attach}; nothing is taken then. */
  static open(iommu: ParentIommu, space: AddressSpace): IommuTenancy {
    const { domain, entry } = attachNew(iommu, space);
    return new IommuTenancy(iommu, domain, entry);
  }

  get pasid(): Pasid {
    return this.#own.pasid;
  }

  /** Where accesses go that name no other PASID. Leads nowhere when closed. */
  get own(): PasidEntry {
    return this.#own;
  }

  /** The PASIDs that wait for the device, ascending. */
  get draining(): readonly Pasid[] {
    return [...this.#draining].sort((a, b) => a - b);
  }

  /** Undefined for everything but the own PASID and those bound here. */
  target(pasid: Pasid): PasidEntry | undefined {
    return this.#bindings.get(pasid)?.entry;
  }

  /**
   * A further PASID, for another space. Throws as {@link IommuTenancy.open}, EINVAL when closed, and ENOSPC when
   * it has as many as one mediated device may have.
   */
  bind(space: AddressSpace): Pasid {
    if (!this.#isOpen) {
      throw failure('iommu.closed');
    }
    if (this.#bindings.size > this.#iommu.bindLimit) {
      throw failure('iommu.bind-limit', { limit: this.#iommu.bindLimit });
    }
    const binding = attachNew(this.#iommu, space);
    this.#bindings.set(binding.entry.pasid, binding);
    // The space's own code ran in between.
    if (this.#hasClosed()) {
      this.#retire(binding.entry.pasid, binding);
      this.settle(binding.entry.pasid, true);
      throw failure('iommu.closed');
    }
    return binding.entry.pasid;
  }

  /**
   * Leads a PASID, which may be the own one, to another space; it stays where it is if this throws: ENOENT if
   * it is not bound here, else as {@link ParentIommu.replace}.
   */
  replace(pasid: Pasid, space: AddressSpace): void {
    const { domain: old, entry } = this.#require(pasid);
    if (old.space === space) {
      return;
    }
    const domain = this.#iommu.allocateDomain(space, { pasid: true });
    try {
      this.#iommu.replace(domain, pasid);
    } catch (error) {
      domain.destroy();
      throw error;
    }
    this.#bindings.set(pasid, { entry, domain });
    old.destroy();
  }

  /** A PASID is about to be unbound: nobody waits for memory with it any more. Throws ENOENT if it is not bound here. */
  refuseRequests(pasid: Pasid): void {
    this.#require(pasid);
    this.#iommu.refuseRequests(pasid);
  }

  /** Detaches a PASID, which drains then. Throws ENOENT if it is not bound here, EINVAL for the own one. */
  unbind(pasid: Pasid): void {
    const binding = this.#require(pasid);
    if (pasid === this.pasid) {
      throw failure('iommu.own-pasid', { pasid });
    }
    this.#retire(pasid, binding);
  }

  /**
   * What the device said of a draining PASID: `quiet`, so that it may be used again, or nothing in time, so
   * that it never is. Throws ENOENT if it is not draining here.
   */
  settle(pasid: Pasid, quiet: boolean): void {
    if (!this.#draining.has(pasid)) {
      throw failure('iommu.not-draining', { pasid });
    }
    this.#iommu.settlePasid(pasid, quiet);
    this.#draining.delete(pasid);
  }

  /** The same for all that are draining. */
  settleAll(quiet: boolean): void {
    for (const pasid of this.#draining) {
      this.settle(pasid, quiet);
    }
  }

  /** Detaches everything, and returns what is draining. A second time it only returns that. */
  close(): readonly Pasid[] {
    this.#isOpen = false;
    for (const [pasid, binding] of this.#bindings) {
      this.#retire(pasid, binding);
    }
    return this.draining;
  }

  #hasClosed(): boolean {
    return !this.#isOpen;
  }

  #retire(pasid: Pasid, { domain }: Binding): void {
    this.#iommu.detach(pasid);
    this.#iommu.retirePasid(pasid);
    domain.destroy();
    this.#bindings.delete(pasid);
    this.#draining.add(pasid);
  }

  #require(pasid: Pasid): Binding {
    const binding = this.#bindings.get(pasid);
    if (binding === undefined) {
      throw failure('iommu.unbound', { pasid });
    }
    return binding;
  }
}

/** A new PASID that leads to a new domain, or nothing at all. */
function attachNew(iommu: ParentIommu, space: AddressSpace): Binding {
  const pasid = iommu.allocatePasid();
  try {
    const domain = iommu.allocateDomain(space, { pasid: true });
    try {
      iommu.attach(domain, pasid);
    } catch (error) {
      domain.destroy();
      throw error;
    }
    return { entry: iommu.entry(pasid), domain };
  } catch (error) {
    // The device has never heard of it, and what is attached to it is somebody else's.
    iommu.retirePasid(pasid);
    iommu.settlePasid(pasid, true);
    throw error;
  }
}
