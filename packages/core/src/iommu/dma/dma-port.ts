import type { DeviceEvents } from '../../event/device-events.js';
import type { AddressSpace } from '../space/address-space.js';
import { DmaChannel } from './dma-channel.js';
import type { DmaCounters } from './dma-counters.js';
import { DmaHub } from './dma-hub.js';
import type { DmaTarget, DmaTargets } from './dma-target.js';
import type { Pasid } from './dma.js';

/**
 * The device's door to memory: the `Dma` that a model is given. One port serves the device for its whole life; what
 * changes from one open to the next is where its own PASID leads. Ports of other PASIDs come from
 * {@link DmaPort.withPasid} and share counters and events with it.
 */
export class DmaPort extends DmaChannel {
  readonly #hub: DmaHub;

  /** Without `targets` the device has no PASID but its own. */
  constructor(events: DeviceEvents, targets?: DmaTargets) {
    const hub = new DmaHub(events, targets);
    super(hub, undefined);
    this.#hub = hub;
  }

  /** A port into one space for ever, to try a model without an IOMMU. */
  static onto(space: AddressSpace, events: DeviceEvents, pasid: Pasid = 0): DmaPort {
    const port = new DmaPort(events);
    port.retarget({ pasid, space });
    return port;
  }

  get counters(): DmaCounters {
    return this.#hub.tally.snapshot();
  }

  /** Ends what models opened by {@link Dma.access} with a PASID, or with any. */
  closeAccesses(pasid?: Pasid): void {
    this.#hub.closeAccesses(pasid);
  }

  /** Where the device's own PASID leads from now on; every access faults while that is undefined. */
  retarget(target: DmaTarget | undefined): void {
    this.#hub.own = target;
  }
}
