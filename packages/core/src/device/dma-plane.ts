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

/**
 * The DMA of one device: the port that its model has, the address space that its client fills, and, from open to
 * close, the place of both in the parent's IOMMU under a PASID.
 */
export class DmaPlane implements DmaTargets {
  readonly port: DmaPort;
  /** The address space of the client that has the device open; without maps while it is closed. */
  readonly space: AddressSpace;
  readonly #options: DmaPlaneOptions;
  #tenancy: IommuTenancy | undefined;

  constructor(options: DmaPlaneOptions) {
    const { events, logger, mapLimit } = options;
    this.#options = options;
    this.space = new AddressSpace({ logger, mapLimit });
    this.port = new DmaPort(events, this);
  }

  /** The PASID of the open device; 0 while it is closed. */
  get pasid(): Pasid {
    return this.#tenancy?.pasid ?? 0;
  }

  target(pasid: Pasid): DmaTarget | undefined {
    return this.#tenancy?.target(pasid);
  }

  /** Takes a PASID of the parent. Throws ENOSPC when none is left. */
  begin(): void {
    this.#tenancy = IommuTenancy.open(this.#options.iommu, this.space);
    this.port.retarget(this.#tenancy.own);
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
   * when the parent has none left.
   */
  bind(space: AddressSpace): Pasid {
    this.#options.status.requireUsable();
    if (!this.#options.canDrain()) {
      throw failure('iommu.no-pasid');
    }
    return this.#requireTenancy().bind(space);
  }

  replace(pasid: Pasid, space: AddressSpace): void {
    this.#options.status.requireUsable();
    this.#requireTenancy().replace(pasid, space);
    this.port.closeAccesses(pasid);
  }

  /**
   * Ends a further PASID once the model has ended its work with it. Never fails: a model that does not confirm
   * that it is quiet is cut off all the same, and its PASID is not given out again.
   */
  async unbind(pasid: Pasid): Promise<void> {
    const quiet = await this.#options.drain(pasid);
    // The device may have been closed while it was asked.
    if (this.#tenancy?.target(pasid) !== undefined) {
      this.port.closeAccesses(pasid);
      this.#tenancy.unbind(pasid);
      this.#tenancy.settle(pasid, quiet);
    }
  }

  /**
   * The client is gone: its maps and PASIDs lead nowhere from now on. The answer is to be called once it is known
   * whether the device is quiet.
   */
  end(): (quiet: boolean) => void {
    const tenancy = this.#tenancy;
    this.#tenancy = undefined;
    this.port.retarget(undefined);
    this.port.closeAccesses();
    this.space.unmapAll();
    this.space.stopDirtyTracking();
    tenancy?.close();
    return (quiet) => {
      tenancy?.settleAll(quiet);
    };
  }

  #requireTenancy(): IommuTenancy {
    if (this.#tenancy === undefined) {
      throw failure('device.not-open');
    }
    return this.#tenancy;
  }
}
