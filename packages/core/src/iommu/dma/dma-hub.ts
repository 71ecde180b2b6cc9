import { failure } from '../../errors/index.js';
import type { DeviceEvents } from '../../event/device-events.js';
import { Access, type AccessOptions } from '../access/index.js';
import type { AddressSpace } from '../space/address-space.js';
import { DmaTally } from './dma-counters.js';
import type { DmaTarget, DmaTargets } from './dma-target.js';
import type { Pasid } from './dma.js';

/** What the ports of one device share, whatever their PASID. */
export class DmaHub {
  readonly tally = new DmaTally();
  readonly events: DeviceEvents;
  /** Where the device's own PASID leads; undefined while no client has it open. */
  own: DmaTarget | undefined;
  readonly #targets: DmaTargets | undefined;
  /** What is open, with the PASID that it was opened by. */
  readonly #accesses = new Map<Access, Pasid>();

  constructor(events: DeviceEvents, targets: DmaTargets | undefined) {
    this.events = events;
    this.#targets = targets;
  }

  /**
   * The space of a PASID that is this device's now. Nothing is remembered: a PASID that was taken back may
   * already belong to somebody else.
   */
  spaceOf(pasid: Pasid): AddressSpace | undefined {
    const { own } = this;
    return own?.pasid === pasid ? own.space : this.#targets?.target(pasid)?.space;
  }

  /** Throws ENOENT for a PASID that leads nowhere, and as {@link Access}. */
  openAccess(space: AddressSpace | undefined, pasid: Pasid, options: AccessOptions): Access {
    if (space === undefined) {
      throw failure('access.detached', { access: options.name });
    }
    const access = new Access(options);
    try {
      access.attach(space);
    } catch (error) {
      access[Symbol.dispose]();
      throw error;
    }
    for (const known of this.#accesses.keys()) {
      if (known.space === undefined) {
        this.#accesses.delete(known);
      }
    }
    this.#accesses.set(access, pasid);
    return access;
  }

  /** Ends the accesses of one PASID, or of all. */
  closeAccesses(pasid?: Pasid): void {
    for (const [access, openedBy] of this.#accesses) {
      if (pasid === undefined || pasid === openedBy) {
        this.#accesses.delete(access);
        access[Symbol.dispose]();
      }
    }
  }
}
