import { MEDIUM_ERROR, SISL_AFU_DMA_ERR_INVALID_EA, SISL_AFU_DMA_ERR_PAGE_IN } from '@mdevkit/uapi';
import { ASC_LBA_OUT_OF_RANGE, ASC_UNRECOVERED_READ, ASC_WRITE_ERROR } from '../../abi/index.js';
import type { Disk } from '../parent/index.js';
import type { Extent } from './check-transfer.js';
import type { Command } from './command.js';
import type { ContextDma } from './context-dma.js';
import type { DiskPath } from './disk-path.js';
import { PIECE, type Place } from './disk-places.js';
import { iovaAt } from './iova-range.js';
import { checkCondition, dataFault, illegalRequest, type Outcome } from './outcome.js';

/** What a transfer is done with. */
export interface TransferTools {
  readonly dma: ContextDma;
  /** For the data of a piece. */
  readonly buffer: Place;
  /** The way to the disk, looked up anew: it may have been taken away meanwhile. */
  readonly path: () => DiskPath | Outcome;
  /** Told what a store has thrown. */
  readonly storeFailed: (error: unknown) => void;
}

/**
 * Moves the data of a command, piece by piece. Undefined if the command was ended meanwhile; then nothing more of it reaches
 * memory or disk.
 */
export async function transfer(
  command: Command,
  isWrite: boolean,
  extent: Extent,
  tools: TransferTools,
): Promise<Outcome | undefined> {
  const { bytes } = extent;
  for (let done = 0; done < bytes; done += PIECE) {
    const piece = tools.buffer.subarray(0, Math.min(PIECE, bytes - done));
    const move = isWrite ? writePiece : readPiece;
    const failure = await move(command, extent, done, piece, tools);
    if (!command.isActive) {
      return undefined;
    }
    if (failure !== undefined) {
      return { ...failure, resid: bytes - done };
    }
  }
  if (isWrite && extent.isForced) {
    return (await flush(command, extent, tools)) ?? extent.end;
  }
  return extent.end;
}

async function readPiece(
  command: Command,
  extent: Extent,
  done: number,
  piece: Uint8Array,
  tools: TransferTools,
): Promise<Outcome | undefined> {
  const failure = await onDisk(command, extent, tools, {
    done,
    bytes: piece.length,
    asc: ASC_UNRECOVERED_READ,
    run: ({ store }, lba) => store.read(lba, piece),
  });
  if (failure !== undefined || !command.isActive) {
    return failure;
  }
  const path = tools.path();
  return 'disk' in path ? moved(command, 'write', extent, done, piece, tools) : path;
}

async function writePiece(
  command: Command,
  extent: Extent,
  done: number,
  piece: Uint8Array,
  tools: TransferTools,
): Promise<Outcome | undefined> {
  const failure = await moved(command, 'read', extent, done, piece, tools);
  if (failure !== undefined || !command.isActive) {
    return failure;
  }
  return onDisk(command, extent, tools, {
    done,
    bytes: piece.length,
    asc: ASC_WRITE_ERROR,
    run: ({ store, lateWrites }, lba) => {
      const call = store.write(lba, piece);
      if (call !== undefined) {
        command.whenOver = () => {
          lateWrites.add(lba, piece.length / store.blockSize, call);
        };
      }
      return call;
    },
  });
}

async function flush(
  command: Command,
  extent: Extent,
  tools: TransferTools,
): Promise<Outcome | undefined> {
  return onDisk(command, extent, tools, {
    done: 0,
    bytes: 0,
    asc: ASC_WRITE_ERROR,
    run: ({ store }) => store.flush?.(),
  });
}

/** Something that a disk does for a command. */
interface Work {
  /** Bytes of the command that were moved before. */
  readonly done: number;
  readonly bytes: number;
  /** What it is if the store fails. */
  readonly asc: number;
  readonly run: (disk: Disk, lba: number) => void | Promise<void>;
}

/** Has the disk do something; a store that fails is a medium error. */
async function onDisk(
  command: Command,
  extent: Extent,
  tools: TransferTools,
  { done, bytes, asc, run }: Work,
): Promise<Outcome | undefined> {
  while (command.isActive) {
    const path = tools.path();
    if (!('disk' in path)) {
      return path;
    }
    const { disk, port } = path;
    const { blocks, blockSize } = disk.store;
    const lba = extent.lba + done / blockSize;
    const count = bytes / blockSize;
    // It may have shrunk since the command was checked.
    if (count > 0 && lba + count > blocks) {
      return { ...illegalRequest(ASC_LBA_OUT_OF_RANGE, extent.bytes - done), port };
    }
    const late = disk.lateWrites.at(lba, count);
    if (late === undefined) {
      return stored(command, { path, lba, rest: extent.bytes - done, asc, run, tools });
    }
    await command.until(late);
  }
  return undefined;
}

interface StoreCall {
  readonly path: DiskPath;
  readonly lba: number;
  /** Bytes that are not moved if it fails. */
  readonly rest: number;
  readonly asc: number;
  readonly run: Work['run'];
  readonly tools: TransferTools;
}

async function stored(
  command: Command,
  { path: { disk, port }, lba, rest, asc, run, tools }: StoreCall,
): Promise<Outcome | undefined> {
  try {
    await run(disk, lba);
    disk.storeWorked();
    return undefined;
  } catch (error) {
    tools.storeFailed(error);
    return { ...checkCondition({ key: MEDIUM_ERROR, asc, lba }, rest), port };
  } finally {
    command.whenOver = undefined;
  }
}

async function moved(
  command: Command,
  access: 'read' | 'write',
  { address, bytes }: Extent,
  done: number,
  piece: Uint8Array,
  { dma }: TransferTools,
): Promise<Outcome | undefined> {
  const move = dma.move(access, iovaAt(address, done), piece);
  command.storing = access === 'write' ? move : undefined;
  const result = await move;
  command.storing = undefined;
  if (result === 'done' || !command.isActive) {
    return undefined;
  }
  const extra = result === 'page-in' ? SISL_AFU_DMA_ERR_PAGE_IN : SISL_AFU_DMA_ERR_INVALID_EA;
  return dataFault(extra, bytes - done);
}
