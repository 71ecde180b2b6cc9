import type { JobBuffer } from '../queue/job-buffer.js';

/** What a job works on: bytes that are copied, or a buffer of the queue that was filled in place. */
export interface JobInput {
  readonly input: Uint8Array | JobBuffer;
  /** How much of a buffer's input is filled; all of it by default. Only with a buffer. */
  readonly inputLength?: number;
}

/** Compresses into a zlib stream (RFC 1950). */
export interface DeflateJob extends JobInput {
  readonly algorithm: 'deflate';
  /** 1, fastest, to 9, smallest; the default of zlib without it. */
  readonly level?: number;
  /** Room for the result, bytes; the worst case by default. */
  readonly maxOutput?: number;
}

/** Restores a zlib stream. */
export interface InflateJob extends JobInput {
  readonly algorithm: 'inflate';
  /** Room for the result, bytes; a buffer's output by default. */
  readonly maxOutput?: number;
}

/** Digest of 32 bytes. */
export interface Sha256Job extends JobInput {
  readonly algorithm: 'sha256';
}

/** AES-GCM (RFC 5116): plain bytes to cipher text with a tag of 16 bytes behind it, and back. */
export interface AesGcmJob extends JobInput {
  readonly algorithm: 'aes-gcm-encrypt' | 'aes-gcm-decrypt';
  /** 16, 24 or 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes, never twice with the same key. */
  readonly iv: Uint8Array;
  /** What is authenticated and not encrypted. */
  readonly associated?: Uint8Array;
}

/** One unit of work. */
export type Job = DeflateJob | InflateJob | Sha256Job | AesGcmJob;

/** A job but for its input, for many inputs. */
export type JobTemplate =
  | Omit<DeflateJob, keyof JobInput>
  | Omit<InflateJob, keyof JobInput>
  | Omit<Sha256Job, keyof JobInput>
  | Omit<AesGcmJob, keyof JobInput>;
