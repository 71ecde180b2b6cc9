import { isThenable, type Endpoint, type Iova, type Logger } from '@mdevkit/core';
import { FileMemory, memoryFrom, type SharedMemory } from '@mdevkit/linux';
import { failure } from '../../errors/index.js';
import { fileIdentity } from './file-identity.js';
import { accessOf, checkMapRequest, wantsFileIo, type MapRequest } from './map-request.js';
import type { MessageDma } from './message-dma.js';
import { MessageMemory } from './message-memory.js';

export interface DmaMapsOptions {
  readonly endpoint: Endpoint;
  readonly dma: MessageDma;
  readonly logger: Logger;
  /** `trusted`: descriptors are mapped also if their owner could take the memory away. */
  readonly memory: 'safe' | 'trusted';
  /** Maps at the most. */
  readonly mapLimit: number;
  /** The same of those that have a descriptor. */
  readonly descriptorLimit: number;
  /** Bytes of one DMA message at the most. */
  readonly largestMessage: number;
}

/** The bitmap of dirty pages that an unmap is to leave behind. */
export interface DirtyReport {
  /** Bytes that a bit stands for. */
  readonly pageSize: number;
  readonly bitmap: Uint8Array;
}

interface ClientMap {
  readonly request: Omit<MapRequest, 'fd'>;
  readonly memory: SharedMemory | FileMemory | MessageMemory;
  /** An unmap waits for the device; its client may have been told that it came too late. */
  isLeaving: boolean;
}

/**
 * The memory that one client lends to the device, map by map. The device is quiet while a map comes or goes, and once
 * an unmap is answered nothing of the device's reaches the memory any more.
 *
 * Source: vfio-user protocol specification, VFIO_USER_DMA_MAP and VFIO_USER_DMA_UNMAP.
 */
export class DmaMaps implements Disposable {
  readonly #options: DmaMapsOptions;
  /** By IOVA; as the same number always has the same form, it is found. */
  readonly #maps = new Map<Iova, ClientMap>();
  /** Maps that have a descriptor. */
  #descriptors = 0;
  #warned = false;

  constructor(options: DmaMapsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#maps.size;
  }

  /**
   * A map that is there already is no mistake if it is the same one; one that is leaving is waited for. Throws or rejects with what
   * {@link checkMapRequest}, the descriptor and the address space refuse (EEXIST for an overlap), ENOSPC
   * `vfio-user.map-limit` and `vfio-user.descriptor-limit`, and ETIMEDOUT or EIO if the device does not become quiet. Nothing is mapped once `isOver`.
   */
  map(request: MapRequest, isOver = (): boolean => false): void | Promise<void> {
    checkMapRequest(request);
    const present = this.#maps.get(request.iova);
    if (present?.isLeaving === false && isSame(present, request)) {
      return;
    }
    if (present === undefined) {
      this.#requireRoom(request);
    }
    const { endpoint } = this.#options;
    const memory = this.#open(request);
    return orDisposed(memory, () =>
      endpoint.whileQuiet('map', () => {
        if (isOver()) {
          throw failure('vfio-user.memory-gone', { iova: request.iova });
        }
        this.#insert(request, memory);
      }),
    );
  }

  /** Throws ENOENT `vfio-user.not-mapped` unless exactly this was mapped, and what the dirty log refuses. */
  unmap(iova: Iova, size: number | bigint, dirty?: DirtyReport): void | Promise<void> {
    const found = this.#maps.get(iova);
    if (found?.request.size !== size) {
      throw failure('vfio-user.not-mapped', { iova, size });
    }
    return this.#remove([found], () => {
      if (dirty !== undefined) {
        const { space } = this.#options.endpoint.dmaPlane;
        space.reportDirty(iova, size, dirty.pageSize, dirty.bitmap);
      }
    });
  }

  /** Everything. */
  unmapAll(): void | Promise<void> {
    return this.#remove([...this.#maps.values()], () => undefined);
  }

  /** The client is gone, and its address space with it. */
  [Symbol.dispose](): void {
    for (const { memory } of this.#maps.values()) {
      memory[Symbol.dispose]();
    }
    this.#maps.clear();
    this.#descriptors = 0;
  }

  #insert(request: MapRequest, memory: ClientMap['memory']): void {
    const { iova, size, offset, flags } = request;
    const { read, write } = accessOf(flags);
    this.#options.endpoint.dmaPlane.map({ iova, memory, size, read, write });
    this.#maps.set(iova, { request: { iova, size, offset, flags }, memory, isLeaving: false });
    this.#descriptors += hasDescriptor(memory) ? 1 : 0;
  }

  #requireRoom({ fd }: MapRequest): void {
    const { mapLimit, descriptorLimit } = this.#options;
    if (this.#maps.size >= mapLimit) {
      throw failure('vfio-user.map-limit', { limit: mapLimit });
    }
    if (fd !== undefined && this.#descriptors >= descriptorLimit) {
      throw failure('vfio-user.descriptor-limit', { limit: descriptorLimit });
    }
  }

  #remove(maps: readonly ClientMap[], first: () => void): void | Promise<void> {
    maps.forEach(leave);
    return onFailure(
      () => {
        maps.forEach(stay);
      },
      () =>
        this.#options.endpoint.whileQuiet('unmap', () => {
          first();
          for (const map of maps) {
            this.#drop(map);
          }
        }),
    );
  }

  /** Unless an unmap that came before has. */
  #drop(map: ClientMap): void {
    const { iova, size } = map.request;
    if (this.#maps.get(iova) === map) {
      this.#options.endpoint.dmaPlane.unmap(iova, size);
      this.#maps.delete(iova);
      this.#descriptors -= hasDescriptor(map.memory) ? 1 : 0;
      map.memory[Symbol.dispose]();
    }
  }

  #open({ iova, size, offset, flags, fd }: MapRequest): ClientMap['memory'] {
    const writable = accessOf(flags).write;
    if (fd === undefined) {
      const { dma, largestMessage: largest } = this.#options;
      return new MessageMemory({ dma, iova, size, writable, largest });
    }
    const trusted = this.#options.memory === 'trusted';
    const part = { offset, size, writable, trusted };
    if (wantsFileIo(flags)) {
      return FileMemory.from(fd, part);
    }
    const memory = memoryFrom(fd, part);
    if (memory instanceof FileMemory) {
      this.#warnOfCalls();
    }
    return memory;
  }

  #warnOfCalls(): void {
    if (!this.#warned) {
      this.#warned = true;
      this.#options.logger.warn(
        'memory of the client is not sealed against shrinking and is accessed by system calls, which is slow',
      );
    }
  }
}

function leave(map: ClientMap): void {
  map.isLeaving = true;
  if (map.memory instanceof MessageMemory) {
    map.memory.refuse();
  }
}

/** The unmap was refused. */
function stay(map: ClientMap): void {
  map.isLeaving = false;
  if (map.memory instanceof MessageMemory) {
    map.memory.allow();
  }
}

function isSame({ request, memory }: ClientMap, other: MapRequest): boolean {
  return (
    request.size === other.size &&
    request.offset === other.offset &&
    request.flags === other.flags &&
    fileIdentity(descriptorOf(memory)) === fileIdentity(other.fd)
  );
}

/** Whether synchronous or not: what `run` throws or rejects with goes on, after `undo`. */
function onFailure(undo: () => void, run: () => void | Promise<void>): void | Promise<void> {
  const failed = (error: unknown): never => {
    undo();
    throw error;
  };
  try {
    const running = run();
    return isThenable(running) ? running.catch(failed) : undefined;
  } catch (error) {
    return failed(error);
  }
}

function orDisposed(memory: Disposable, run: () => void | Promise<void>): void | Promise<void> {
  return onFailure(() => {
    memory[Symbol.dispose]();
  }, run);
}

function descriptorOf(memory: ClientMap['memory']): number | undefined {
  return hasDescriptor(memory) ? memory.place.fd : undefined;
}

function hasDescriptor(memory: ClientMap['memory']): memory is SharedMemory | FileMemory {
  return !(memory instanceof MessageMemory);
}
