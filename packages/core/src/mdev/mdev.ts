import type { Clock } from '../clock/index.js';
import {
  DeviceClient,
  type Device,
  type Endpoint,
  type EndpointCounters,
} from '../device/index.js';
import { failure } from '../errors/index.js';
import type { Pasid } from '../iommu/index.js';
import { trackDisposable, trackReleased } from '../lifecycle/index.js';
import { Attachment, type AttachedDevice } from './attachment.js';
import type { MdevIdentity } from './mdev-identity.js';

/** What an mdev shows of itself. */
export interface MdevInfo extends MdevIdentity {
  readonly state: 'idle' | 'open' | 'removing';
  /** Of the parent's IOMMU; 0 while the mdev is not open. */
  readonly pasid: Pasid;
  readonly counters: EndpointCounters;
}

/** What was acquired for an mdev and when it is to be given back. */
export interface MdevResources {
  /** Called once, when the mdev has left the host: the model and its container. */
  destroy(): Promise<void>;
  /** Called once, when the last user has let go: the parent's capacity. */
  release(): void;
}

/**
 * One mediated device. It is referred to by the host and by the client that has it open; its share of the
 * parent's capacity returns when both have let go.
 */
export class Mdev {
  readonly identity: MdevIdentity;
  readonly endpoint: Endpoint;
  readonly #resources: MdevResources;
  #references = 1;
  #removing = false;
  /** Ends the grace of a removal: the client has closed, or somebody is in a hurry. */
  #endGrace: (() => void) | undefined;
  #markGone: () => void = () => undefined;
  /** Settles when the removal is complete. */
  readonly gone: Promise<void>;

  constructor(identity: MdevIdentity, endpoint: Endpoint, resources: MdevResources) {
    this.identity = identity;
    this.endpoint = endpoint;
    this.#resources = resources;
    this.gone = new Promise((resolve) => {
      this.#markGone = resolve;
    });
    trackDisposable(this);
  }

  get info(): MdevInfo {
    const open = this.endpoint.state !== 'closed';
    const state = this.#removing ? 'removing' : open ? 'open' : 'idle';
    const { counters, dmaPlane } = this.endpoint;
    return { ...this.identity, state, pasid: dmaPlane.pasid, counters };
  }

  /** Opens for one client. Throws EBUSY while another has it, ENODEV once its removal began. */
  async open(): Promise<Device> {
    return new DeviceClient(this.endpoint, await this.#acquire());
  }

  /** Opens for a transport, under the same terms. */
  async attach(): Promise<AttachedDevice> {
    return new Attachment(this.identity, this.endpoint, await this.#acquire());
  }

  /** Answers what is to be called when the device has been given back. */
  async #acquire(): Promise<() => void> {
    if (this.#removing) {
      throw failure('device.revoked', { uuid: this.identity.uuid });
    }
    await this.endpoint.open();
    this.#references += 1;
    return () => {
      this.#endGrace?.();
      this.#letGo();
    };
  }

  /** Throws EAGAIN when the removal has begun already. */
  beginRemoval(): void {
    if (this.#removing) {
      throw failure('mdev.removing', { uuid: this.identity.uuid });
    }
    this.#removing = true;
  }

  /** The first half of a removal: asks the client to close and waits for it until `graceMs` are over. */
  async askToClose(clock: Clock, graceMs: number): Promise<void> {
    if (this.endpoint.state === 'open' && graceMs > 0) {
      this.endpoint.events.report({ kind: 'request', graceMs });
      this.endpoint.irqs.triggerRequest();
      await this.#closedWithin(clock, graceMs);
    }
  }

  /**
   * The second half of a removal. Afterwards the model is gone; a client's handle answers ENODEV until it is
   * closed.
   */
  async takeAway(reason: string): Promise<void> {
    try {
      await this.endpoint.revoke(reason);
      await this.#resources.destroy();
    } finally {
      trackReleased(this);
      this.#letGo();
      this.#markGone();
    }
  }

  /** Ends the grace of a removal that is under way, if one is. */
  hurry(): void {
    this.#endGrace?.();
  }

  #closedWithin(clock: Clock, graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.endpoint.state !== 'open') {
        resolve();
        return;
      }
      const timer = clock.schedule(graceMs, resolve);
      this.#endGrace = () => {
        timer[Symbol.dispose]();
        resolve();
      };
    });
  }

  #letGo(): void {
    this.#references -= 1;
    if (this.#references === 0) {
      this.#resources.release();
    }
  }
}
