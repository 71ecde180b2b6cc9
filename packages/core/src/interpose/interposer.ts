import type { Clock } from '../clock/index.js';
import type { DeviceModel } from '../device/model.js';
import type { DeviceEvent, DeviceEvents } from '../event/index.js';
import type { Dma } from '../iommu/dma/dma.js';
import type { Irqs } from '../irq/irqs.js';
import type { Logger } from '../log/index.js';
import type { MdevIdentity } from '../mdev/mdev-identity.js';
import type { ClientCall } from './client-call.js';

/**
 * Stands between the mdevs of a host and the rest: between clients and core, and between core and models. Recorders, fault
 * plans and diagnostics are interposers; neither a model nor a client can tell. Passed to a host as an option.
 */
export interface Interposer {
  /**
   * A new mdev is about to be made. What this throws fails the creation; undefined leaves the mdev alone. Without any
   * interposition a device pays nothing.
   */
  interpose(mdev: InterposedMdev): Interposition | undefined;
}

/** A new mdev, to whoever stands around it. */
export interface InterposedMdev {
  readonly identity: MdevIdentity;
  /** Of the host. */
  readonly clock: Clock;
  /** Of the mdev. */
  readonly logger: Logger;
  /** Takes the mdev away from its client at once, as a device that is pulled out. Never rejects. */
  readonly surpriseRemove: () => Promise<void>;
}

/** What stands around one mdev. Each member is optional. */
export interface Interposition {
  /** What the model is given instead of `inner`. */
  dma?(inner: Dma): Dma;
  irqs?(inner: Irqs): Irqs;
  events?(inner: DeviceEvents): DeviceEvents;
  clock?(inner: Clock): Clock;
  /** What the core is given instead of the model; which is disposed itself, however. */
  model?(inner: DeviceModel): DeviceModel;
  /**
   * Around a call of a client. `proceed` carries it out, with what comes after it in between; the answer, or what is thrown,
   * is the client's. May call `proceed` later if its answer may be a promise, or not at all.
   */
  call?<T>(call: ClientCall, proceed: () => T): T;
  /** An event that clients are told: of the model, or of the core. */
  event?(event: DeviceEvent): void;
  /**
   * What an object of the control plane reports: the number that the client knows it by, the type of the driver's event, and
   * its data, which are the caller's.
   */
  objectEvent?(element: bigint, type: number, data: Uint8Array): void;
  /** The mdev is gone, or could not be made. What it throws is logged; nobody else hears of it. */
  end?(): void;
}
