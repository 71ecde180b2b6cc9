import { DisposableStore, type Doorbell, type Endpoint } from '@mdevkit/core';
import { EventFd } from '@mdevkit/linux';
import { SCM_MAX_FD } from '../../protocol/index.js';

/** A write that an eventfd of ours stands for. */
export interface DoorbellDescriptor {
  readonly doorbell: Doorbell;
  /** Lent. */
  readonly fd: number;
}

/**
 * Eventfds that this side makes and a client rings instead of sending a message: made when the client first asks, and
 * gone with it.
 *
 * Source: vfio-user protocol specification, VFIO_USER_DEVICE_GET_REGION_IO_FDS.
 */
export class DoorbellDescriptors implements Disposable {
  readonly #endpoint: Endpoint;
  readonly #regions = new Map<number, readonly DoorbellDescriptor[]>();
  readonly #owned = new DisposableStore();

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** The first `limit` doorbells of a region, no more than Linux passes at once, the same each time. Throws what the kernel does when it has no more. */
  of(region: number, limit: number): readonly DoorbellDescriptor[] {
    const made = this.#regions.get(region);
    if (made !== undefined) {
      return made;
    }
    const doorbells = (this.#endpoint.region(region)?.doorbells ?? []).slice(
      0,
      Math.min(limit, SCM_MAX_FD),
    );
    const store = new DisposableStore();
    try {
      const descriptors = doorbells.map((doorbell) => this.#make(region, doorbell, store));
      this.#owned.add(store);
      this.#regions.set(region, descriptors);
      return descriptors;
    } catch (error) {
      store[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#regions.clear();
    this.#owned[Symbol.dispose]();
  }

  #make(region: number, doorbell: Doorbell, store: DisposableStore): DoorbellDescriptor {
    const eventfd = store.add(EventFd.create());
    store.add(
      eventfd.subscribe(() => {
        this.#endpoint.ioeventfds.ring(region, doorbell);
      }),
    );
    return { doorbell, fd: eventfd.fd };
  }
}
