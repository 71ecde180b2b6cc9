import { openAccelerator } from '@mdevkit/accel';
import type { MdevHost } from '@mdevkit/core';
import { directCompress, directDecompress } from './direct.js';
import type { Input } from './input.js';
import { mdevReport, megabytesPerSecond, sum, type MdevReport } from './mdev-report.js';
import { roundTrip, type RoundTrip } from './round-trip.js';

/** Bytes of one piece of work. */
const CHUNK_SIZE = 256 * 1024;

/** One job of the program's answer; names and units are its interface. */
export interface AccelReport {
  readonly driver: 'accel';
  readonly input: string;
  readonly bytes: number;
  readonly compressed_bytes: number;
  /** Of the input. */
  readonly sha256: string;
  /** Whether the bytes that came back are those that went in. */
  readonly verified: boolean;
  /** 10^6 bytes of input per second, there and back. */
  readonly throughput_mb_s: number;
  readonly direct_mb_s: number;
  readonly interrupts: number;
  readonly dma_bytes: number;
  readonly mdevs: readonly MdevReport[];
  /** Why it is not verified. */
  readonly reason?: string;
}

/**
 * Compresses an input through one mdev of the accelerator and decompresses it through another, then does the
 * same by calling node:zlib with the same chunks and as many of them under way.
 */
export async function accelJob(
  host: MdevHost,
  input: Input,
  onProgress: (bytes: number) => void,
): Promise<AccelReport> {
  await using compressor = await openAccelerator(host, { algorithms: ['deflate'] });
  await using decompressor = await openAccelerator(host, { algorithms: ['inflate'] });
  const { parallelism } = compressor;
  const device = await roundTrip(
    input.chunks(CHUNK_SIZE),
    (chunks) => compressor.transform(chunks, { algorithm: 'deflate' }),
    (chunks) => decompressor.transform(chunks, { algorithm: 'inflate', maxOutput: CHUNK_SIZE }),
    onProgress,
  );
  const mdevs = host.mdevs.map(mdevReport);
  const direct = await roundTrip(
    input.chunks(CHUNK_SIZE),
    directCompress(parallelism),
    directDecompress(parallelism),
  );
  return {
    driver: 'accel',
    input: input.name,
    bytes: device.bytes,
    compressed_bytes: device.compressedBytes,
    sha256: device.sha256,
    ...verification(device),
    throughput_mb_s: rate(device),
    direct_mb_s: rate(direct),
    interrupts: sum(mdevs, (mdev) => mdev.interrupts),
    dma_bytes: sum(mdevs, (mdev) => mdev.dma_bytes_read + mdev.dma_bytes_written),
    mdevs,
  };
}

function verification({ sha256, sha256Back }: RoundTrip): { verified: boolean; reason?: string } {
  return sha256 === sha256Back
    ? { verified: true }
    : { verified: false, reason: `what came back has the digest ${sha256Back}` };
}

function rate({ bytes, seconds }: RoundTrip): number {
  return megabytesPerSecond(bytes, seconds);
}
