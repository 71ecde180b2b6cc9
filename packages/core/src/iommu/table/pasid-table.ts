import type { DmaTarget } from '../dma/dma-target.js';
import type { Pasid } from '../dma/dma.js';
import { NO_PASID } from '../pasid/index.js';
import type { AddressSpace } from '../space/index.js';
import type { Domain, DomainUsers } from './domain.js';

/**
 * Where the accesses with one PASID go now. The same object as long as the PASID has the same user, whatever is
 * attached to it: a device keeps it and reads `space` at each access.
 */
export type PasidEntry = DmaTarget;

interface TableEntry {
  readonly pasid: Pasid;
  /** Undefined while nothing is attached; so is `space`, which is the domain's. */
  domain: Domain | undefined;
  space: AddressSpace | undefined;
  isEnding: boolean;
}

/**
 * Which PASID of a device leads to which domain; {@link NO_PASID} stands for the device itself. It checks
 * nothing and cannot fail.
 *
 * Source: Linux drivers/iommu/iommufd/device.c, struct iommufd_group (pasid_attach).
 */
export class PasidTable implements DomainUsers {
  readonly #entries = new Map<Pasid, TableEntry>();
  readonly #users = new Map<Domain, number>();
  #pasidCount = 0;

  /** How many PASIDs lead somewhere, the device itself not counted. */
  get pasidCount(): number {
    return this.#pasidCount;
  }

  users(domain: Domain): number {
    return this.#users.get(domain) ?? 0;
  }

  domain(pasid: Pasid): Domain | undefined {
    return this.#entries.get(pasid)?.domain;
  }

  /** Everything attached, by ascending PASID. */
  attached(): readonly (readonly [Pasid, Domain])[] {
    const found: (readonly [Pasid, Domain])[] = [];
    for (const { pasid, domain } of this.#entries.values()) {
      if (domain !== undefined) {
        found.push([pasid, domain]);
      }
    }
    return found.sort(([a], [b]) => a - b);
  }

  entry(pasid: Pasid): PasidEntry {
    return this.#entry(pasid);
  }

  /** Lets `pasid` lead to `domain`, or nowhere. */
  point(pasid: Pasid, domain: Domain | undefined): void {
    const entry = this.#entry(pasid);
    const old = entry.domain;
    entry.domain = domain;
    entry.space = domain?.space;
    entry.isEnding = false;
    this.#count(pasid, old, -1);
    this.#count(pasid, domain, 1);
  }

  /** Its page requests are refused until it is pointed elsewhere. */
  end(pasid: Pasid): void {
    this.#entry(pasid).isEnding = true;
  }

  /** The PASID changes its user: whoever has kept the entry of an unattached PASID reaches nothing with it. */
  forget(pasid: Pasid): void {
    if (this.domain(pasid) === undefined) {
      this.#entries.delete(pasid);
    }
  }

  #entry(pasid: Pasid): TableEntry {
    let entry = this.#entries.get(pasid);
    if (entry === undefined) {
      entry = { pasid, domain: undefined, space: undefined, isEnding: false };
      this.#entries.set(pasid, entry);
    }
    return entry;
  }

  #count(pasid: Pasid, domain: Domain | undefined, change: 1 | -1): void {
    if (domain === undefined) {
      return;
    }
    if (pasid !== NO_PASID) {
      this.#pasidCount += change;
    }
    const users = this.users(domain) + change;
    if (users === 0) {
      this.#users.delete(domain);
    } else {
      this.#users.set(domain, users);
    }
  }
}
