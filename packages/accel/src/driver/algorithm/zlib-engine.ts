import type { Deflate, Inflate, ZlibOptions } from 'node:zlib';
import { Status } from '../../abi/index.js';
import type { AlgorithmJob, AlgorithmResult } from './algorithm.js';
import { failed, succeeded } from './results.js';

/** Least and most bytes of one piece of output. */
const CHUNK_MIN = 64;
const CHUNK_MAX = 0x10_0000;

/** What zlib says of a stream that is wrong, cut off, or needs a dictionary; other errors are the engine's. */
const faultsOfData: ReadonlySet<string> = new Set(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT']);

/**
 * Output comes in pieces of `chunkSize`, and every piece is a turn through the thread pool and back: one piece
 * as large as the result can be is one turn. A guess that is too small costs turns, never correctness.
 */
export function chunkSize(expected: number, outputLimit: number): number {
  return Math.min(Math.max(Math.min(expected, outputLimit), CHUNK_MIN), CHUNK_MAX);
}

/** Options that every engine of this package has. */
export function engineOptions(expected: number, outputLimit: number): ZlibOptions {
  return { chunkSize: chunkSize(expected, outputLimit) };
}

/**
 * Sends the input of a job through a fresh zlib stream. As soon as the output is longer than there is room the
 * stream is destroyed, so a stream that explodes holds `outputLimit` bytes and one piece at the most.
 */
export function runEngine(engine: Deflate | Inflate, job: AlgorithmJob): Promise<AlgorithmResult> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    engine.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > job.outputLimit) {
        pieces.length = 0;
        engine.destroy();
        resolve(failed(Status.DESTINATION_TOO_SMALL));
      } else {
        pieces.push(piece);
      }
    });
    engine.on('end', () => {
      const [first = Buffer.alloc(0)] = pieces;
      const output = pieces.length > 1 ? Buffer.concat(pieces, length) : first;
      resolve(succeeded(output, engine.bytesWritten));
    });
    engine.on('error', (error: NodeJS.ErrnoException) => {
      if (faultsOfData.has(error.code ?? '')) {
        resolve(failed(Status.DATA_ERROR));
      } else {
        reject(error);
      }
    });
    engine.end(job.input);
  });
}
