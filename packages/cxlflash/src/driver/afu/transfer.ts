import { MEDIUM_ERROR, SISL_AFU_DMA_ERR_INVALID_EA, SISL_AFU_DMA_ERR_PAGE_IN } from '@mdevkit/uapi';
import { ASC_UNRECOVERED_READ, ASC_WRITE_ERROR } from '../../abi/index.js';
import type { Extent } from './check-transfer.js';
import { PIECE, type Command } from './command.js';
import type { ContextDma } from './context-dma.js';
import type { DiskPath } from './disk-path.js';
import { iovaAt } from './iova-range.js';
import { checkCondition, dataFault, type Outcome } from './outcome.js';

/** What a transfer is done with. */
export interface TransferTools {
  readonly dma: ContextDma;
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
    const piece = command.buffers.data.subarray(0, Math.min(PIECE, bytes - done));
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
    return (await flush(extent, tools)) ?? extent.end;
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
  const failure = await onDisk(extent, done, tools, ASC_UNRECOVERED_READ, ({ disk }, lba) =>
    disk.store.read(lba, piece),
  );
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
  return onDisk(extent, done, tools, ASC_WRITE_ERROR, ({ disk }, lba) =>
    disk.store.write(lba, piece),
  );
}

async function flush(extent: Extent, tools: TransferTools): Promise<Outcome | undefined> {
  return onDisk(extent, 0, tools, ASC_WRITE_ERROR, ({ disk }) => disk.store.flush?.());
}

/** Has the disk do something; a store that fails is a medium error. */
async function onDisk(
  extent: Extent,
  done: number,
  tools: TransferTools,
  asc: number,
  work: (path: DiskPath, lba: number) => void | Promise<void>,
): Promise<Outcome | undefined> {
  const path = tools.path();
  if (!('disk' in path)) {
    return path;
  }
  const lba = extent.lba + done / path.disk.store.blockSize;
  try {
    await work(path, lba);
    return undefined;
  } catch (error) {
    tools.storeFailed(error);
    return {
      ...checkCondition({ key: MEDIUM_ERROR, asc, lba }, extent.bytes - done),
      port: path.port,
    };
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
  const result = await dma.move(access, iovaAt(address, done), piece);
  if (result === 'done' || !command.isActive) {
    return undefined;
  }
  const extra = result === 'page-in' ? SISL_AFU_DMA_ERR_PAGE_IN : SISL_AFU_DMA_ERR_INVALID_EA;
  return dataFault(extra, bytes - done);
}
