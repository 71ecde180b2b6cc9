import { MdevError, normalIova, type DmaMap, type Iova } from '@mdevkit/core';
import {
  VFIO_USER_DMA_MAP,
  VFIO_USER_DMA_UNMAP,
  VfioUserDmaMap,
  VfioUserDmaUnmap,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import type { Connection } from './connection.js';
import type { DmaTable, MapCommand } from './dma-table.js';

/** Tells the server what is mapped, after the table of this side has agreed. */
export class DmaCalls {
  readonly #connection: Connection;
  readonly #table: DmaTable;
  readonly #takesDescriptors: boolean;

  constructor(connection: Connection, table: DmaTable, takesDescriptors: boolean) {
    this.#connection = connection;
    this.#table = table;
    this.#takesDescriptors = takesDescriptors;
  }

  /** The server may ask for the bytes before its reply is here, so that the table has the map before it is sent. */
  async map(map: DmaMap): Promise<void> {
    const command = this.#table.add(map);
    try {
      await this.#connection.ask(VFIO_USER_DMA_MAP, ...this.#mapMessage(command));
    } catch (error) {
      this.#withdraw(command);
      throw error;
    }
  }

  /** Returns the bytes unmapped. The server knows maps by exact match only: one message for each. */
  async unmap(iova: Iova, size: number): Promise<number> {
    const { bytes, maps } = this.#table.remove(iova, size);
    const answers = maps.map(async (removed) => {
      const request = VfioUserDmaUnmap.encode({
        argsz: VfioUserDmaUnmap.size,
        addr: BigInt(removed.iova),
        size: BigInt(removed.size),
      });
      try {
        const reply = await this.#connection.ask(VFIO_USER_DMA_UNMAP, request);
        requireEcho(reply, removed.iova);
      } catch (error) {
        if (MdevError.is(error) && error.reason === 'vfio-user.remote') {
          this.#table.restore(removed);
        }
        throw error;
      }
    });
    // All are waited for: a caller that is told of a failure must not meet the others later.
    const outcomes = await Promise.allSettled(answers);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        throw outcome.reason;
      }
    }
    return bytes;
  }

  #mapMessage(command: MapCommand): [payload: Uint8Array, descriptors?: readonly number[]] {
    const fd = this.#takesDescriptors ? command.fd : undefined;
    const payload = VfioUserDmaMap.encode({
      argsz: VfioUserDmaMap.size,
      flags: command.flags,
      offset: fd === undefined ? 0n : BigInt(command.offset),
      addr: BigInt(command.iova),
      size: BigInt(command.size),
    });
    return fd === undefined ? [payload] : [payload, [fd]];
  }

  /** Only if it is still there: the caller may have unmapped it meanwhile. */
  #withdraw({ iova, size }: MapCommand): void {
    try {
      this.#table.remove(iova, size);
    } catch {
      // What is there now is another map.
    }
  }
}

/** libvfio-user answers with a header alone where DMA was never set up. */
function requireEcho(reply: Uint8Array, iova: Iova): void {
  if (reply.length === 0) {
    return;
  }
  const isWhole = reply.length >= VfioUserDmaUnmap.size;
  if (!isWhole || normalIova(VfioUserDmaUnmap.decode(reply).addr) !== normalIova(BigInt(iova))) {
    throw failure('vfio-user.bad-reply', { problem: 'the answer to another unmap', iova });
  }
}
