import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { ChunkTransform } from './round-trip.js';

const deflateChunk = promisify<Uint8Array, Buffer>(deflate);
const inflateChunk = promisify<Uint8Array, Buffer>(inflate);

/** The same work by calling node:zlib, with as many chunks under way as the device has. */
export function directCompress(concurrency: number): ChunkTransform {
  return (chunks) => mapOrdered(chunks, concurrency, deflateChunk);
}

export function directDecompress(concurrency: number): ChunkTransform {
  return (chunks) => mapOrdered(chunks, concurrency, inflateChunk);
}

async function* mapOrdered(
  chunks: AsyncIterable<Uint8Array>,
  concurrency: number,
  work: (chunk: Uint8Array) => Promise<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const running: Promise<Uint8Array>[] = [];
  for await (const chunk of chunks) {
    running.push(work(chunk));
    if (running.length >= concurrency) {
      const first = running.shift();
      if (first !== undefined) {
        yield await first;
      }
    }
  }
  for (const last of running) {
    yield await last;
  }
}
