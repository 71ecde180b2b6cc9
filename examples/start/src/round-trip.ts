import { createHash, type Hash } from 'node:crypto';

/** Turns a stream of chunks into another one, chunk by chunk and in order. */
export type ChunkTransform = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export interface RoundTrip {
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly sha256: string;
  readonly sha256Back: string;
  readonly seconds: number;
}

/**
 * Sends chunks through a compressor and a decompressor at once, and digests what goes in and what comes back.
 * Nothing is kept but the chunks under way, so the input may be of any length.
 */
export async function roundTrip(
  chunks: AsyncIterable<Uint8Array>,
  compress: ChunkTransform,
  decompress: ChunkTransform,
  onProgress: (bytes: number) => void = () => undefined,
): Promise<RoundTrip> {
  const before = new Meter();
  const between = new Meter();
  const after = new Meter();
  const start = performance.now();
  const back = decompress(between.count(compress(before.digest(chunks))));
  for await (const chunk of after.digest(back)) {
    onProgress(chunk.length);
  }
  return {
    bytes: before.bytes,
    compressedBytes: between.bytes,
    sha256: before.hash.digest('hex'),
    sha256Back: after.hash.digest('hex'),
    seconds: (performance.now() - start) / 1000,
  };
}

class Meter {
  readonly hash: Hash = createHash('sha256');
  bytes = 0;

  async *digest(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      this.hash.update(chunk);
      this.bytes += chunk.length;
      yield chunk;
    }
  }

  async *count(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      yield chunk;
    }
  }
}
