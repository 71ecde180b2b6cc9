import { failure } from '../../errors/index.js';
import { silentLogger, type Logger } from '../../log/index.js';
import { DirtyLog, type DirtyLogOptions } from '../dirty/index.js';
import type { PageRequester } from '../dma/dma-target.js';
import type { Iova } from '../dma/dma.js';
import { isIova, isZero, LAST_IOVA, normalIova } from '../iova.js';
import { asMemory, liveLength } from '../memory/index.js';
import { allocateIova, type IovaRange } from '../ranges/index.js';
import { AreaMap } from './area-map.js';
import { Area, READ, WRITE } from './area.js';
import { Constraints } from './constraints.js';
import { copiedArea, copiedPieces, wholeOf } from './copy-pieces.js';
import { freeRanges } from './free-ranges.js';
import { iommufd } from './iommufd.js';
import type { MapCall, Personality, SpaceState } from './personality.js';
import { removeAreas, type UnmapParties } from './remove-areas.js';
import type { Checkpoint, CopyRequest, MapRequest, SpaceConstraints } from './requests.js';
import { type1v2 } from './type1v2.js';
import type { UnmapListener } from './unmap-listener.js';

/** Bytes: to what a place that is chosen is aligned at the most (io_pagetable.c, iopt_alloc_iova). */
const HUGE_PAGE = 2 ** 21;

export interface AddressSpaceOptions {
  /** Whose rules and errnos; `type1v2` by default. */
  readonly personality?: Personality['name'] | undefined;
  /** Maps at the most; 65,535 for type1v2 and no limit for iommufd by default. */
  readonly mapLimit?: number | undefined;
  /** Where drivers that keep their pins are reported. */
  readonly logger?: Logger | undefined;
  readonly checkpoint?: Checkpoint | undefined;
}

const ROOT_DEPTH = 0;

/**
 * An I/O address space: which IOVA is which part of which memory, with which permissions. Devices are attached
 * to it by a PASID and reach memory through it. Everything is synchronous and, but for an iommufd
 * unmap that cuts a map, all or nothing; what a call throws are MdevErrors with the errno of the space's personality.
 *
 * Source: Linux drivers/iommu/iommufd/io_pagetable.c; drivers/vfio/vfio_iommu_type1.c.
 */
export class AddressSpace implements SpaceState {
  readonly personality: Personality;
  readonly mapLimit: number;
  /** Who is asked for a range that a device wants and that is not there; undefined if it then faults. */
  pageRequests: PageRequester | undefined;
  readonly #areas = new AreaMap();
  readonly #constraints: Constraints;
  readonly #listeners = new Set<UnmapListener>();
  readonly #unmapParties: UnmapParties;
  readonly #checkpoint: Checkpoint | undefined;
  #dirtyLog: DirtyLog | undefined;

  constructor(options: AddressSpaceOptions = {}) {
    this.personality = personalityOf(options.personality);
    this.mapLimit = requireMapLimit(options.mapLimit ?? this.personality.mapLimit);
    this.#checkpoint = options.checkpoint;
    this.#constraints = new Constraints(this.personality, this.#areas, this.#checkpoint);
    this.#unmapParties = {
      personality: this.personality,
      listeners: this.#listeners,
      logger: options.logger ?? silentLogger,
      checkpoint: this.#checkpoint,
    };
  }

  get mapCount(): number {
    return this.#areas.size;
  }

  /** Bytes: IOVA and size of every map are multiples of it. Changes with what is attached. */
  get alignment(): number {
    return this.#constraints.alignment;
  }

  /** What everything attached can map, as a bitmap of powers of two: VFIO's iova_pgsizes. */
  get pageSizes(): bigint {
    return this.#constraints.pageSizes;
  }

  /** What can be mapped: everything but the reserved ranges. */
  get usableRanges(): readonly IovaRange[] {
    return [...this.#constraints.usable];
  }

  /** The maps in order. They must not be changed meanwhile. */
  get areas(): Iterable<Area> {
    return this.#areas.all();
  }

  /** What writes are marked in; undefined while nobody wants to know. */
  get dirtyLog(): DirtyLog | undefined {
    return this.#dirtyLog;
  }

  /** How many spaces lie under this one. */
  get depth(): number {
    return ROOT_DEPTH;
  }

  /** Maps memory and returns where. Throws in the order and with the errnos of the personality. */
  map(request: MapRequest): Iova {
    const memory = asMemory(request.memory);
    // Asked for once, before anything is checked: a memory object may answer anything, or call back.
    const { bytesOnDemand, writable } = memory;
    const bytes = bytesOnDemand === true ? undefined : memory.bytes;
    const available = bytes === undefined ? memory.size : Math.min(memory.size, liveLength(bytes));
    const offset = request.offset ?? 0;
    const size = request.size ?? available - offset;
    const access = (request.read === false ? 0 : READ) | (request.write === false ? 0 : WRITE);
    if (!isIova(offset)) {
      throw failure('dma.overflow', { offset, size });
    }
    const found = { size: available, writable };
    const iova = this.#place({ iova: request.iova, memory: found, offset, size, access });
    this.#insert([new Area(iova, size, memory, bytes, offset, access)], 'map.insert');
    return iova;
  }

  /**
   * Maps once more what `source` maps in a range, which must be covered without a gap, and returns where.
   * Later changes of `source` are not followed. Throws ENOENT for a gap, EPERM for more than the source allows,
   * EINVAL for a nested source, and as {@link AddressSpace.map}.
   *
   * Source: Linux drivers/iommu/iommufd/ioas.c, iommufd_ioas_copy.
   */
  copy(source: AddressSpace, request: CopyRequest): Iova {
    if (source.depth > ROOT_DEPTH) {
      // Its maps are windows that live and die with its own parent.
      throw failure('nested.map');
    }
    this.#checkpoint?.('copy.find');
    const pieces = copiedPieces(source, request);
    const iova = this.#place(wholeOf(pieces, request));
    if (this.mapCount + pieces.length > this.mapLimit) {
      throw failure('dma.limit', { limit: this.mapLimit });
    }
    const areas = pieces.map((piece) => {
      this.#checkpoint?.('copy.area');
      return copiedArea(piece, iova, request, this.alignment);
    });
    this.#insert(areas, 'copy.insert');
    return iova;
  }

  /**
   * Removes every map inside a range and returns their bytes. Whoever has pinned any of it is told and lets go
   * first. A range that cuts a map is refused: type1v2 removes nothing then, iommufd the maps before it.
   */
  unmap(iova: Iova, length: Iova): number {
    const { personality } = this;
    if (personality.name === 'iommufd' && length === LAST_IOVA && isZero(iova)) {
      return this.unmapAll();
    }
    const last = personality.checkUnmap(this, iova, length);
    const touched = this.#areas.within(iova, last);
    const cut = touched.findIndex((area) => area.start < iova || area.last > last);
    if (cut !== -1 && personality.cutRemovesNothing) {
      throw failure(personality.cut, { iova, size: length });
    }
    const bytes = this.#remove(cut === -1 ? touched : touched.slice(0, cut));
    if (cut !== -1) {
      throw failure(personality.cut, { iova, size: length });
    }
    if (bytes === 0 && personality.nothing !== undefined) {
      throw failure(personality.nothing, { iova, size: length });
    }
    return bytes;
  }

  /** Removes every map and returns their bytes. */
  unmapAll(): number {
    return this.#remove([...this.#areas.all()]);
  }

  /** The hot path: the map that holds an address, whatever it allows. The caller knows that it is an address. */
  find(iova: Iova): Area | undefined {
    return this.#areas.find(iova);
  }

  /** Ranges in which a map without an IOVA is placed; an empty list allows all. Throws EINVAL, EADDRINUSE. */
  allow(ranges: readonly IovaRange[]): void {
    this.#constraints.allow(ranges);
  }

  /**
   * Subjects the maps to what an attachment asks, until {@link AddressSpace.release}. Throws if the maps that
   * are there do not meet it: EADDRINUSE (iommufd) or EINVAL (type1v2).
   */
  constrain(owner: object, constraints: SpaceConstraints): void {
    this.#constraints.add(owner, constraints);
  }

  release(owner: object): void {
    this.#constraints.remove(owner);
  }

  /** Whether anything is attached or has access. */
  get isBusy(): boolean {
    return this.#constraints.ownerCount > 0 || this.#listeners.size > 0;
  }

  /** Has `listener` told of every unmap of memory that is pinned, until {@link AddressSpace.leave}. */
  join(listener: UnmapListener): void {
    this.#listeners.add(listener);
  }

  leave(listener: UnmapListener): void {
    this.#listeners.delete(listener);
  }

  /** Removes all maps of a space that nothing is attached to. Throws EBUSY. */
  destroy(): void {
    if (this.isBusy) {
      throw failure('ioas.busy');
    }
    this.unmapAll();
    this.stopDirtyTracking();
  }

  /** Begins to record what devices write; what was recorded before is forgotten. */
  startDirtyTracking(options: DirtyLogOptions): void {
    this.#checkpoint?.('dirty.log');
    const log = new DirtyLog(options);
    this.#checkpoint?.('dirty.start');
    this.#dirtyLog = log;
  }

  stopDirtyTracking(): void {
    this.#dirtyLog = undefined;
  }

  /**
   * ORs a bit into `bitmap` for each page of the range that was written or is pinned for writing, and forgets
   * them unless `clear` is false; what is still pinned is dirty again at once. Throws EINVAL while nothing is
   * recorded.
   *
   * Source: Linux drivers/vfio/vfio_iommu_type1.c, VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP.
   */
  reportDirty(
    iova: Iova,
    length: Iova,
    pageSize: number,
    bitmap: Uint8Array,
    options?: { readonly clear?: boolean },
  ): void {
    const log = this.#dirtyLog;
    if (log === undefined) {
      throw failure('dirty.off');
    }
    this.#markPinned(log);
    log.report(iova, length, pageSize, bitmap, options);
    this.#markPinned(log);
  }

  overlaps(start: Iova, last: Iova): boolean {
    return this.#areas.overlaps(start, last);
  }

  isReserved(start: Iova, last: Iova): boolean {
    return this.#constraints.isReserved(start, last);
  }

  /** The lowest place for a map of `size` bytes, as io_pagetable.c, iopt_alloc_iova; undefined if none. */
  allocate(size: number, sourceOffset: number): Iova | undefined {
    return allocateIova(
      { length: size, sourceOffset, alignment: this.alignment, maxAlignment: HUGE_PAGE },
      freeRanges(this.#constraints.choosable, this.#areas),
    );
  }

  #place(call: MapCall): Iova {
    this.#checkpoint?.('map.place');
    const iova = this.personality.place(this, call);
    return typeof iova === 'bigint' ? normalIova(iova) : iova;
  }

  /** The place of `areas` was found; whoever is called from here on may take it meanwhile. */
  #insert(areas: readonly Area[], step: string): void {
    const { insertions } = this.#areas;
    this.#checkpoint?.(step);
    for (const area of areas) {
      area.watch();
    }
    if (this.#areas.insertions !== insertions) {
      this.#requireFree(areas);
    }
    for (const area of areas) {
      this.#areas.insert(area);
    }
  }

  #requireFree(areas: readonly Area[]): void {
    const taken = areas.find(({ start, last }) => this.#areas.overlaps(start, last));
    if (taken !== undefined) {
      const error = failure('dma.overlap', { iova: taken.start, size: taken.size });
      for (const area of areas) {
        area.retire();
      }
      throw error;
    }
  }

  #remove(areas: readonly Area[]): number {
    return areas.length === 0 ? 0 : removeAreas(this.#areas, areas, this.#unmapParties);
  }

  #markPinned(log: DirtyLog): void {
    for (const listener of this.#listeners) {
      listener.markPinned(log);
    }
  }
}

function personalityOf(name: Personality['name'] = 'type1v2'): Personality {
  const found = [type1v2, iommufd].find((personality) => personality.name === name);
  if (found === undefined) {
    throw new TypeError(`a personality is type1v2 or iommufd, not ${name}`);
  }
  return found;
}

function requireMapLimit(limit: number): number {
  if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new RangeError(`a limit of maps is a whole number from 0, or Infinity, not ${limit}`);
  }
  return limit;
}
