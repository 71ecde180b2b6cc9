import type { Hash } from 'node:crypto';
import { BLOCK_BYTES, type FlashLun } from '@mdevkit/cxlflash';
import { mapOrdered } from './map-ordered.js';

/** Blocks of one command, at the most. */
const CHUNK_BLOCKS = 64;
/** Commands under way. */
const CONCURRENCY = 16;

/** A chunk on the disk: whole blocks, of which the last may be more than it needs. */
interface Piece {
  readonly lba: number;
  readonly length: number;
}

/** An input on its way to a disk through one LUN and back through another, a disk full at a time. */
export class FlashTrip {
  /** Bytes of a chunk, at the most. */
  readonly chunkBytes: number;
  bytes = 0;
  writeSeconds = 0;
  readSeconds = 0;
  readonly #to: FlashLun;
  readonly #from: FlashLun;
  readonly #onProgress: (bytes: number) => void;
  #pieces: readonly Piece[] = [];

  /** Throws RangeError for a disk that has no room for a block. */
  constructor(to: FlashLun, from: FlashLun, onProgress: (bytes: number) => void) {
    const blocks = Math.min(CHUNK_BLOCKS, to.maxBlocks, from.maxBlocks, to.size());
    if (blocks < 1) {
      throw new RangeError('the disk has no room for a block');
    }
    this.chunkBytes = blocks * BLOCK_BYTES;
    this.#to = to;
    this.#from = from;
    this.#onProgress = onProgress;
  }

  /** Writes chunks until the disk is full or there are no more; false if there were none at all. */
  async write(chunks: AsyncIterator<Uint8Array>, digest: Hash): Promise<boolean> {
    const start = performance.now();
    const pieces: Piece[] = [];
    const written = mapOrdered(this.#chunksThatFit(chunks, digest), CONCURRENCY, (chunk) =>
      this.#writeChunk(chunk),
    );
    for await (const piece of written) {
      pieces.push(piece);
      this.bytes += piece.length;
    }
    this.#pieces = pieces;
    this.writeSeconds += (performance.now() - start) / 1000;
    return pieces.length > 0;
  }

  /** Reads back what was written last. */
  async read(digest: Hash): Promise<void> {
    const start = performance.now();
    const read = mapOrdered(this.#pieces, CONCURRENCY, (piece) => this.#readPiece(piece));
    for await (const chunk of read) {
      digest.update(chunk);
      this.#onProgress(chunk.length);
    }
    this.readSeconds += (performance.now() - start) / 1000;
  }

  async *#chunksThatFit(
    chunks: AsyncIterator<Uint8Array>,
    digest: Hash,
  ): AsyncIterable<{ readonly bytes: Uint8Array; readonly lba: number }> {
    const room = this.#to.size() - this.chunkBytes / BLOCK_BYTES;
    for (let lba = 0; lba <= room;) {
      const step = await chunks.next();
      if (step.done === true) {
        return;
      }
      const { value } = step;
      digest.update(value);
      yield { bytes: value, lba };
      lba += Math.ceil(value.length / BLOCK_BYTES);
    }
  }

  async #writeChunk({
    bytes,
    lba,
  }: {
    readonly bytes: Uint8Array;
    readonly lba: number;
  }): Promise<Piece> {
    const { length } = bytes;
    await this.#to.write(lba, length % BLOCK_BYTES === 0 ? bytes : padded(bytes));
    return { lba, length };
  }

  async #readPiece({ lba, length }: Piece): Promise<Uint8Array> {
    const into = new Uint8Array(Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES);
    await this.#from.read(lba, into);
    return into.subarray(0, length);
  }
}

/** With zeros up to the end of the last block. */
function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES);
  whole.set(bytes);
  return whole;
}
