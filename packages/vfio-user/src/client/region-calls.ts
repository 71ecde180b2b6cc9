import { closeSync } from 'node:fs';
import { failure as coreFailure, MMAP_PAGE, type RegionInfo } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import {
  VFIO_PCI_CONFIG_REGION_INDEX,
  VFIO_USER_DEVICE_GET_REGION_INFO,
  VfioRegionInfo,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import type { Connection } from './connection.js';
import { ReadExchange, WriteExchange } from './region-exchange.js';
import { mappableAreas, parseRegionReply, type RegionReply } from './region-reply.js';

const U32_MAX = 0xffff_ffff;

export interface RegionCallsOptions {
  /** Bytes of one access, as both sides take them. */
  readonly most: number;
  /** Bytes of the largest region info that is taken. */
  readonly maxInfo: number;
  readonly isPci: boolean;
  /** Writes are sent without waiting for an answer. */
  readonly postedWrites: boolean;
  /** Descriptors of the server are mapped whatever they are. */
  readonly trusted: boolean;
}

/** Regions by messages: their info, accesses and mappings. */
export class RegionCalls {
  readonly #connection: Connection;
  readonly #options: RegionCallsOptions;
  /** Of the regions that were asked for; an info does not change. */
  readonly #sizes = new Map<number, number>();

  constructor(connection: Connection, options: RegionCallsOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  async info(index: number): Promise<RegionInfo> {
    requireIndex(index);
    const { reply, fds } = await this.#ask(index);
    closeAll(fds);
    this.#sizes.set(index, reply.info.size);
    return reply.info;
  }

  /**
   * Throws `region.mmap` for what is not inside one mappable area, `vfio-user.bad-reply` if the server shares it
   * without a descriptor, and what `SharedMemory.from` throws.
   */
  async map(index: number, offset: number, length: number): Promise<SharedMemory> {
    requireIndex(index);
    const { reply, fds } = await this.#ask(index);
    try {
      requireArea(reply.info, offset, length);
      const [fd] = fds;
      const start = reply.fileOffset + BigInt(offset);
      if (fd === undefined || start > BigInt(Number.MAX_SAFE_INTEGER)) {
        throw failure('vfio-user.bad-reply', { problem: 'no descriptor maps the region', index });
      }
      const { trusted } = this.#options;
      return SharedMemory.from(fd, { offset: Number(start), size: length, trusted });
    } finally {
      closeAll(fds);
    }
  }

  /** The hot path: a promise only if it has to wait. Fills `into`; fewer bytes at the end of the region. */
  read(index: number, offset: number, into: Uint8Array): number | Promise<number> {
    // Nothing to do is nothing for every region; the server says whether the device answers at all.
    const size = into.length === 0 ? 0 : this.#sizes.get(index);
    if (size === undefined) {
      return this.info(index).then(() => this.read(index, offset, into));
    }
    const inside = this.#clip(index, size, offset, into.length);
    if (inside <= this.#options.most) {
      return this.#connection.run(new ReadExchange(index, offset, into, 0, inside));
    }
    return this.#inPieces(inside, (start, count) =>
      this.#connection.run(new ReadExchange(index, offset + start, into, start, count)),
    );
  }

  write(index: number, offset: number, from: Uint8Array): number | Promise<number> {
    const size = from.length === 0 ? 0 : this.#sizes.get(index);
    if (size === undefined) {
      const own = from.slice();
      return this.info(index).then(() => this.write(index, offset, own));
    }
    const inside = this.#clip(index, size, offset, from.length);
    const posted = this.#options.postedWrites;
    if (inside <= this.#options.most) {
      return this.#connection.run(new WriteExchange(index, offset, from, 0, inside, posted));
    }
    const own = from.slice(0, inside);
    return this.#inPieces(inside, (start, count) =>
      this.#connection.run(new WriteExchange(index, offset + start, own, start, count, posted)),
    );
  }

  /**
   * How many bytes of an access are inside the region, because a server refuses one that is not as a whole. What lies
   * outside from its start is left to the server, and so is an access to the configuration space, which is refused as a
   * whole in process, too.
   */
  #clip(index: number, size: number, offset: number, length: number): number {
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw coreFailure('region.range', { region: index, offset, length, size });
    }
    const isConfig = this.#options.isPci && index === VFIO_PCI_CONFIG_REGION_INDEX;
    return offset < size && !isConfig ? Math.min(length, size - offset) : length;
  }

  async #inPieces(
    length: number,
    transfer: (start: number, count: number) => number | Promise<number>,
  ): Promise<number> {
    let done = 0;
    while (done < length) {
      const wanted = Math.min(this.#options.most, length - done);
      const count = await transfer(done, wanted);
      done += count;
      if (count < wanted) {
        break;
      }
    }
    return done;
  }

  /** Asks once more with the room that the first reply says is needed; descriptors come with the whole reply. */
  async #ask(index: number): Promise<{ reply: RegionReply; fds: readonly number[] }> {
    const first = await this.#askOnce(index, VfioRegionInfo.size);
    if (first.reply.isWhole) {
      return first;
    }
    closeAll(first.fds);
    const room = first.reply.needed;
    if (room > this.#options.maxInfo) {
      throw failure('vfio-user.bad-reply', { problem: 'a region info is too large', index, room });
    }
    const whole = await this.#askOnce(index, room);
    if (!whole.reply.isWhole) {
      closeAll(whole.fds);
      throw failure('vfio-user.bad-reply', {
        problem: 'a region info is never whole',
        index,
        room,
      });
    }
    return whole;
  }

  async #askOnce(
    index: number,
    argsz: number,
  ): Promise<{ reply: RegionReply; fds: readonly number[] }> {
    const request = VfioRegionInfo.encode({ argsz, index });
    const { payload, descriptors } = await this.#connection.askForDescriptors(
      VFIO_USER_DEVICE_GET_REGION_INFO,
      request,
    );
    try {
      return { reply: parseRegionReply(payload, index), fds: descriptors };
    } catch (error) {
      closeAll(descriptors);
      throw error;
    }
  }
}

function requireIndex(index: number): void {
  if (!Number.isInteger(index) || index < 0 || index > U32_MAX) {
    throw coreFailure('region.index', { index });
  }
}

/** As for mmap(2): the offset is a multiple of a page, the length not 0, and all of it lies in one area. */
function requireArea(info: RegionInfo, offset: number, length: number): void {
  const isRange =
    Number.isSafeInteger(offset) && Number.isSafeInteger(length) && length > 0 && offset >= 0;
  const area = mappableAreas(info).find(
    (each) => offset >= each.offset && offset + length <= each.offset + each.size,
  );
  if (!isRange || offset % MMAP_PAGE !== 0 || area === undefined) {
    throw coreFailure('region.mmap', { region: info.index, offset, length });
  }
}

function closeAll(fds: readonly number[]): void {
  for (const fd of fds) {
    closeSync(fd);
  }
}
