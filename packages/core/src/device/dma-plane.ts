import { failure } from '../errors/index.js';
import type { DeviceEvents } from '../event/index.js';
import {
  AddressSpace,
  DmaPort,
  IommuTenancy,
  type DmaTarget,
  type DmaTargets,
  type Iova,
  type ParentIommu,
  type Pasid,
} from '../iommu/index.js';
import type { Logger } from '../log/index.js';
import type { DmaMap } from './contract.js';
import type { EndpointStatus } from './endpoint-status.js';

export interface DmaPlaneOptions {
  readonly iommu: ParentIommu;
  readonly events: DeviceEvents;
  readonly logger: Logger;
  readonly status: Pick<EndpointStatus, 'requireOpen' | 'requireUsable'>;
  /** Has the model end its work with a PASID; whether it did. Never rejects. */
  readonly drain: (pasid: Pasid) => Promise<boolean>;
  /** Whether the model can work with more PASIDs than one. */
  readonly canDrain: () => boolean;
  readonly mapLimit?: number | undefined;
}

/** What one open has. */
interface Session {
  readonly space: AddressSpace;
  readonly tenancy: IommuTenancy;
}

/** A further PASID of one client, which is not mistaken for a later one of the same number. */
export interface BoundPasid {
  readonly pasid: Pasid;
  readonly tenancy: IommuTenancy;
  readonly entry: DmaTarget | undefined;
}

/**
 * The DMA of one device: the port that its model has, the address space that its client fills, and, from open to
 * close, the place of both in the parent's IOMMU under a PASID.
 */
export class DmaPlane implements DmaTargets {
  readonly port: DmaPort;
  readonly #options: DmaPlaneOptions;
  /** From open to close. */
  #session: Session | undefined;
  /** The device did not become quiet: it reaches nothing, whatever is mapped. */
  #isCutOff = false;

  constructor(options: DmaPlaneOptions) {
    this.#options = options;
    this.port = new DmaPort(options.events, this);
  }

  /** The address space of the client that has the device open: each client has one of its own. Throws EINVAL. */
  get space(): AddressSpace {
    return this.#requireSession().space;
  }

  /** The PASID of the open device; 0 while it is closed. */
  get pasid(): Pasid {
    return this.#session?.tenancy.pasid ?? 0;
  }

  target(pasid: Pasid): DmaTarget | undefined {
    return this.#isCutOff ? undefined : this.#session?.tenancy.target(pasid);
  }

  /** Takes a PASID of the parent. Throws ENOSPC when none is left. */
  begin(): void {
    const { iommu, logger, mapLimit } = this.#options;
    this.#isCutOff = false;
    const space = new AddressSpace({ logger, mapLimit });
    const tenancy = IommuTenancy.open(iommu, space);
    this.#session = { space, tenancy };
    this.port.retarget(tenancy.own);
  }

  /** No DMA reaches memory any more, until {@link DmaPlane.restore} or the next client. Maps and PASIDs stay. */
  cutOff(): void {
    this.#isCutOff = true;
    this.port.retarget(undefined);
    this.#attempt(() => {
      this.port.closeAccesses();
    });
  }

  /** The device was reset: none of its DMA is left from before. */
  restore(): void {
    if (this.#isCutOff) {
      this.#isCutOff = false;
      this.port.retarget(this.#session?.tenancy.own);
    }
  }

  map({ iova, memory, offset, size, read, write }: DmaMap): void {
    this.#options.status.requireOpen();
    this.space.map({ iova, memory, offset, size, read, write });
  }

  /** Returns the bytes unmapped, 0 for a hole. */
  unmap(iova: Iova, size: number): number {
    this.#options.status.requireOpen();
    return this.space.unmap(iova, size);
  }

  /**
   * A further PASID that leads to another space. Throws EOPNOTSUPP for a model that knows one PASID only, ENOSPC
   * when the parent has none left or the device has as many as it may have.
   */
  bind(space: AddressSpace): BoundPasid {
    this.#options.status.requireUsable();
    if (!this.#options.canDrain()) {
      throw failure('iommu.no-pasid');
    }
    const { tenancy } = this.#requireSession();
    const pasid = tenancy.bind(space);
    return { tenancy, pasid, entry: tenancy.target(pasid) };
  }

  /** Throws ENOENT for one that is ending. */
  replace(bound: BoundPasid, space: AddressSpace): void {
    this.#options.status.requireUsable();
    if (!this.#isBound(bound) || bound.entry?.isEnding === true) {
      throw failure('iommu.unbound', { pasid: bound.pasid });
    }
    if (bound.entry?.space !== space) {
      bound.tenancy.replace(bound.pasid, space);
      this.port.closeAccesses(bound.pasid);
    }
  }

  /**
   * Ends a further PASID once the model has ended its work with it. Never fails: a model that does not confirm
   * that it is quiet is cut off all the same, and its PASID is not given out again.
   */
  async unbind(bound: BoundPasid): Promise<void> {
    const { tenancy, pasid } = bound;
    if (!this.#isBound(bound)) {
      return;
    }
    // The work of the device may wait for memory: then it ends now, and with it the wait for the work.
    tenancy.refuseRequests(pasid);
    const quiet = await this.#options.drain(pasid);
    // The device may have been closed meanwhile.
    if (this.#isBound(bound)) {
      tenancy.unbind(pasid);
      this.port.closeAccesses(pasid);
      tenancy.settle(pasid, quiet);
    }
  }

  /** The next client of a device that stays open: maps and PASIDs of the last one lead nowhere. Throws ENOSPC. */
  renew(): void {
    const wasCutOff = this.#isCutOff;
    this.end()(!wasCutOff);
    this.begin();
    if (wasCutOff) {
      this.cutOff();
    }
  }

  /**
   * The client is gone: its maps and PASIDs lead nowhere from now on. The answer is to be called once it is known
   * whether the device is quiet. Never fails, whatever memory and drivers do that are called meanwhile.
   */
  end(): (quiet: boolean) => void {
    const session = this.#session;
    this.#session = undefined;
    this.port.retarget(undefined);
    this.#attempt(() => session?.tenancy.close());
    this.#attempt(() => {
      this.port.closeAccesses();
    });
    this.#attempt(() => session?.space.unmapAll());
    return (quiet) => {
      session?.tenancy.settleAll(quiet);
    };
  }

  #attempt(step: () => unknown): void {
    try {
      step();
    } catch (error) {
      this.#options.logger.error('a step of giving back memory failed', { error });
    }
  }

  /** The same number may be somebody else's by now; the entry of the table is not. */
  #isBound({ tenancy, pasid, entry }: BoundPasid): boolean {
    return (
      this.#session?.tenancy === tenancy && entry !== undefined && tenancy.target(pasid) === entry
    );
  }

  #requireSession(): Session {
    if (this.#session === undefined) {
      throw failure('device.not-open');
    }
    return this.#session;
  }
}
