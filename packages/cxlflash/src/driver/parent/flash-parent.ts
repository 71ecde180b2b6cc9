import { failure } from '../../errors/index.js';
import { Disk, type DiskSpec } from './disk.js';
import { Ports } from './ports.js';

/** Somebody who wants to know what happens to disks and ports: a context. Nothing that it is told may throw. */
export interface ParentListener {
  readonly contextId: bigint;
  diskResized(disk: Disk): void;
  diskRemoved(disk: Disk): void;
  portChanged(port: number, up: boolean): void;
  fail(): void;
}

export interface FlashParentOptions {
  /** In the order of their numbers. */
  readonly disks: readonly DiskSpec[];
  /** 1 .. 4; default 2. */
  readonly ports?: number;
}

/**
 * The adapter that slices share: its disks and its ports. Whoever has made it may move them by hand; every context that has
 * the disk, or a disk behind the port, is told by an event.
 *
 * Source: drivers/scsi/cxlflash/main.c, afu_link_reset, cxlflash_async_err_irq.
 */
export class FlashParent implements Disposable {
  readonly ports: Ports;
  readonly disks: readonly Disk[];
  readonly #listeners = new Map<bigint, ParentListener>();
  readonly #subscriptions: readonly (Disposable | undefined)[];
  #nonce = 0;

  /** @throws RangeError for disks or ports that cannot be */
  constructor({ disks, ports = 2 }: FlashParentOptions) {
    this.ports = new Ports(ports);
    this.disks = disks.map((spec, index) => new Disk(index, spec, this.ports.mask));
    this.#subscriptions = this.disks.map((disk) =>
      disk.store.onResize?.(() => {
        this.#tell((listener) => {
          listener.diskResized(disk);
        });
      }),
    );
  }

  /** A disk that is there. Throws ENODEV `cxlflash.no-disk`. */
  disk(lun: number): Disk {
    const disk = this.disks[lun];
    if (disk === undefined || disk.isRemoved) {
      throw failure('cxlflash.no-disk', { lun });
    }
    return disk;
  }

  /** The disk of a LUN, also one that was removed. */
  byLunId(lunId: bigint): Disk | undefined {
    return this.disks.find((disk) => disk.lunId === lunId);
  }

  /** Throws EINVAL `cxlflash.port`. */
  setPortLink(port: number, up: boolean): void {
    if (this.ports.setLink(port, up)) {
      this.#tell((listener) => {
        listener.portChanged(port, up);
      });
    }
  }

  /**
   * Throws ENODEV `cxlflash.no-disk`, EOPNOTSUPP `cxlflash.no-resize`, and what the store throws. A store that tells of its
   * size by itself is not told twice.
   */
  async resizeDisk(lun: number, blocks: number): Promise<void> {
    const disk = this.disk(lun);
    if (disk.store.resize === undefined) {
      throw failure('cxlflash.no-resize', { lun });
    }
    await disk.store.resize(blocks);
    if (this.#subscriptions[lun] === undefined) {
      this.#tell((listener) => {
        listener.diskResized(disk);
      });
    }
  }

  /** Takes a disk away for good. Throws ENODEV `cxlflash.no-disk`. */
  removeDisk(lun: number): void {
    const disk = this.disk(lun);
    disk.remove();
    this.#tell((listener) => {
      listener.diskRemoved(disk);
    });
  }

  /** Has a context fail, as an error of the link to the host would. Throws EINVAL `cxlflash.context`. */
  failContext(contextId: bigint): void {
    const listener = this.#listeners.get(contextId);
    if (listener === undefined) {
      throw failure('cxlflash.context', { contextId });
    }
    listener.fail();
  }

  /** Never the same twice in a row of 2^32, and never 0. */
  nextNonce(): number {
    this.#nonce = (this.#nonce + 1) >>> 0 || 1;
    return this.#nonce;
  }

  /** Contexts that want to know. */
  get listenerCount(): number {
    return this.#listeners.size;
  }

  listen(listener: ParentListener): void {
    this.#listeners.set(listener.contextId, listener);
  }

  unlisten(listener: ParentListener): void {
    this.#listeners.delete(listener.contextId);
  }

  /** Stops to listen to the stores, which belong to whoever has made them. */
  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) {
      subscription?.[Symbol.dispose]();
    }
  }

  #tell(news: (listener: ParentListener) => void): void {
    for (const listener of [...this.#listeners.values()]) {
      news(listener);
    }
  }
}
