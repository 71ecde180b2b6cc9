import { failure } from '../../errors/index.js';
import { trackDisposable, trackReleased } from '../../lifecycle/index.js';
import { safeLogger, silentLogger, type Logger } from '../../log/index.js';
import type { DirtyLog } from '../dirty/index.js';
import type { Iova } from '../dma/dma.js';
import {
  EVERY_PAGE_SIZE,
  type AddressSpace,
  type Area,
  type Checkpoint,
  type UnmapListener,
} from '../space/index.js';
import { accessMemory } from './access-memory.js';
import { requireRange } from './access-rules.js';
import { HeldPins } from './held-pins.js';
import { HeldRange } from './held-range.js';
import { disposedAfter, holdPieces, pinPieces } from './pin-pieces.js';
import type { PinnedRange } from './pinned-range.js';

/** The length that an unmap handler is told when everything is to be unpinned, from IOVA 0: 2^64 bytes. */
export const WHOLE_SPACE = 2 ** 64;

export interface AccessOptions {
  /** Shown in reports. */
  readonly name: string;
  /** Whether it pins; only `rw` works if not. */
  readonly needsPin?: boolean | undefined;
  /**
   * Memory is about to go: unpin everything in the range before you return. The map refuses new pins meanwhile.
   * It is called again while something stays pinned, and what is pinned in the end is taken back. `length` is
   * {@link WHOLE_SPACE} when the access leaves its space. What it throws is logged.
   */
  readonly unmap?: ((iova: Iova, length: number) => void) | undefined;
  /** A pin was taken back. What it throws is logged. */
  readonly onRevoked?: ((range: PinnedRange) => void) | undefined;
  readonly logger?: Logger | undefined;
  readonly checkpoint?: Checkpoint | undefined;
}

/** What a model is given of an {@link Access}: where it leads is the client's choice. */
export type ModelAccess = Pick<Access, 'name' | 'pinCount' | 'pin' | 'rw' | 'isClosed'> &
  Disposable;

/**
 * A driver's own access to the memory that an address space maps, beside the DMA of its devices: it copies
 * (`rw`), or holds ranges in place (`pin`). As long as it is attached the space tells it of unmaps, and has
 * whole pages only if the access pins.
 *
 * Source: Linux drivers/iommu/iommufd/device.c, iommufd_access_*; drivers/vfio/vfio_main.c, vfio_pin_pages and
 * vfio_dma_rw. The errnos are those of the space's personality.
 */
export class Access implements UnmapListener, Disposable {
  readonly name: string;
  readonly #options: AccessOptions;
  readonly #logger: Logger;
  readonly #pins: HeldPins;
  #space: AddressSpace | undefined;
  #isLeaving = false;
  #isClosed = false;

  /** Throws EINVAL `access.handler` for one that pins and cannot be told of an unmap. */
  constructor(options: AccessOptions) {
    if (options.needsPin === true && options.unmap === undefined) {
      throw failure('access.handler', { access: options.name });
    }
    this.name = options.name;
    this.#options = options;
    this.#logger = safeLogger(options.logger ?? silentLogger);
    const { name, onRevoked } = options;
    this.#pins = new HeldPins({ name, logger: this.#logger, onRevoked });
    trackDisposable(this);
  }

  /** Whether it was disposed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Undefined while it is not attached. */
  get space(): AddressSpace | undefined {
    return this.#space;
  }

  /** Ranges that are held, each as often as it was pinned. */
  get pinCount(): number {
    return this.#pins.ranges.size;
  }

  /** Throws EINVAL if attached, ENODEV if disposed; EADDRINUSE (iommufd) if it pins and a map is not of whole pages. */
  attach(space: AddressSpace): void {
    this.#requireStaying();
    this.#requireOpen();
    if (this.#space !== undefined) {
      throw failure('access.attached', { access: this.name });
    }
    this.#enter(space);
    this.#space = space;
  }

  /**
   * Moves to another space. The handler is told to unpin everything first, and what stays pinned is taken
   * back. Throws ENOENT if not attached, EBUSY from inside the handler of a move, and as `attach`; it stays
   * where it is then.
   */
  replace(space: AddressSpace): void {
    this.#requireStaying();
    const old = this.#requireSpace();
    if (old === space) {
      return;
    }
    this.#enter(space);
    this.#leave(old);
    if (this.#isClosed) {
      this.#exit(space);
    }
    this.#requireOpen();
    this.#space = space;
  }

  /** Leaves its space, as `replace`; harmless when not attached. Throws EBUSY. */
  detach(): void {
    this.#requireStaying();
    if (this.#space !== undefined) {
      this.#leave(this.#space);
    }
  }

  /** Detaches for good. */
  [Symbol.dispose](): void {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    trackReleased(this);
    if (!this.#isLeaving) {
      this.detach();
    }
  }

  /**
   * Holds a range of mapped memory in place, all of it or nothing; the same range may be pinned many times.
   * `write` counts it as dirty as long as it is held.
   *
   * Throws EINVAL for an access that does not pin, an empty range, a map that is being removed, and a start
   * that is not at a page; EOVERFLOW beyond 2^64; ENOENT if not attached; E2BIG for more than 512 pages
   * (type1v2); EINVAL (type1v2) or ENOENT (iommufd) where nothing is mapped; EPERM; EFAULT `access.memory`,
   * with the cause, if the memory refuses.
   */
  pin(iova: Iova, length: number, options: { readonly write?: boolean } = {}): PinnedRange {
    if (this.#options.needsPin !== true) {
      throw failure('access.no-pin', { access: this.name });
    }
    requireRange(iova, length);
    const isWritable = options.write === true;
    const space = this.#requireSpace();
    const pieces = pinPieces(space, iova, length, isWritable);
    const holds = holdPieces(pieces, this.#options.checkpoint);
    // The memory's own code ran in between.
    if (this.#space !== space || pieces.some(({ area }) => area.size === 0 || area.unmapping)) {
      throw disposedAfter(failure('access.unmapping', { iova }), holds);
    }
    const pins = this.#pins.ranges;
    return new HeldRange({ iova, length, isWritable, space, pieces, holds, pins });
  }

  /**
   * Copies `data` to (`write`) or from `iova`, at any byte and across maps. An error stops it and undoes
   * nothing; its details tell the bytes that were moved before as `done`.
   *
   * Throws EINVAL for an empty range; EOVERFLOW; ENOENT if not attached; EINVAL (type1v2) or ENOENT (iommufd)
   * where nothing is mapped; EPERM, in type1v2 also for a write to a map that cannot be read; EINVAL for a map
   * that is being removed (iommufd); EFAULT `access.memory`.
   */
  rw(iova: Iova, data: Uint8Array, options: { readonly write: boolean }): void {
    requireRange(iova, data.length);
    accessMemory(this.#requireSpace(), iova, data, options.write);
  }

  /** For the space. */
  notifyUnmap(iova: Iova, length: number): void {
    this.#tell(iova, length);
  }

  /** For the space: a range goes as a whole, also what lies in other maps. */
  revoke(area: Area): void {
    this.#pins.revokeIn(area);
  }

  /** For the space. */
  markPinned(log: DirtyLog): void {
    this.#pins.mark(log);
  }

  /** A handler that is asynchronous comes too late; what it throws must not end the process. */
  #tell(iova: Iova, length: number): void {
    const answer: unknown = this.#options.unmap?.(iova, length);
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        this.#logger.error('the unmap handler of a driver failed', { access: this.name, error });
      });
    }
  }

  #enter(space: AddressSpace): void {
    this.#options.checkpoint?.('access.enter');
    // Asking for nothing, too: a space that has ended refuses.
    const { needsPin } = this.#options;
    space.constrain(this, needsPin === true ? { pageSizes: EVERY_PAGE_SIZE } : {});
    space.join(this);
  }

  #exit(space: AddressSpace): void {
    space.leave(this);
    space.release(this);
  }

  #leave(space: AddressSpace): void {
    this.#isLeaving = true;
    this.#space = undefined;
    try {
      this.#tell(0, WHOLE_SPACE);
    } catch (error) {
      this.#logger.error('the unmap handler of a driver failed', { access: this.name, error });
    }
    this.#pins.revokeAll();
    this.#exit(space);
    this.#isLeaving = false;
  }

  #requireStaying(): void {
    if (this.#isLeaving) {
      throw failure('access.busy', { access: this.name });
    }
  }

  #requireOpen(): void {
    if (this.#isClosed) {
      throw failure('access.closed', { access: this.name });
    }
  }

  #requireSpace(): AddressSpace {
    if (this.#space === undefined) {
      throw failure('access.detached', { access: this.name });
    }
    return this.#space;
  }
}
