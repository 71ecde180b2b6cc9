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
  #own: DmaTarget | undefined;
  #opening = 0;
  readonly #targets: DmaTargets | undefined;
  /** What is open, with the PASID that it was opened by. */
  readonly #accesses = new Map<Access, Pasid>();

  constructor(events: DeviceEvents, targets: DmaTargets | undefined) {
    this.events = events;
    this.#targets = targets;
  }

  /** Where the device's own PASID leads; undefined while no client has it open. */
  get own(): DmaTarget | undefined {
    return this.#own;
  }

  set own(target: DmaTarget | undefined) {
    this.#own = target;
    if (target !== undefined) {
      this.#opening += 1;
    }
  }

  /** Which client it is: what was made for one is of no use with the next, even if it has the same PASID. */
  get opening(): number {
    return this.#opening;
  }

  /**
   * Where a PASID leads that is this device's now. Nothing is remembered: a PASID that was taken back may
   * already belong to somebody else.
   */
  targetOf(pasid: Pasid): DmaTarget | undefined {
    const { own } = this;
    return own?.pasid === pasid ? own : this.#targets?.target(pasid);
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
      if (known.isClosed) {
        this.#accesses.delete(known);
      }
    }
    this.#accesses.set(access, pasid);
    return access;
  }

  /** Ends the accesses of one PASID, or of all. */
  closeAccesses(pasid?: Pasid): void {
    // A copy: a driver that is told may open another one, which is not meant.
    for (const [access, openedBy] of [...this.#accesses]) {
      if (pasid === undefined || pasid === openedBy) {
        this.#accesses.delete(access);
        access[Symbol.dispose]();
      }
    }
  }
}
