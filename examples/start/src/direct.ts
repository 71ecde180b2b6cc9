import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { mapOrdered } from './map-ordered.js';
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
