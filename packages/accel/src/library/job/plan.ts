import {
  AES_GCM_IV_BYTES,
  AES_GCM_TAG_BYTES,
  AES_KEY_BYTES,
  algorithmOpcodes,
  deflateBound,
  SHA256_BYTES,
} from '../../abi/index.js';
import { failure } from '../../errors.js';
import { requireCount } from '../counts.js';
import { JobBuffer } from '../queue/job-buffer.js';
import type { AesGcmJob, Job } from './job.js';

/** A job as its submission entry will have it, but for addresses. */
export interface JobPlan {
  readonly opcode: number;
  readonly parameter: number;
  /** The bytes to work on; in place if there is a buffer. */
  readonly input: Uint8Array;
  /** Room for the result. */
  readonly outputBytes: number;
  /** Key, iv and associated data in one piece; wiped from the queue's memory after the job. */
  readonly auxiliary: Uint8Array;
  readonly buffer: JobBuffer | undefined;
}

interface Parameters {
  readonly parameter: number;
  readonly outputBytes: number;
  readonly auxiliary: Uint8Array;
}

const nothing = new Uint8Array(0);

/** Checks a job. Throws EINVAL `accel.job` with the field that is wrong. */
export function planJob(job: Job): JobPlan {
  const buffer = job.input instanceof JobBuffer ? job.input : undefined;
  const input = inputOf(job);
  const { parameter, outputBytes, auxiliary } = parametersOf(job, input.length, buffer);
  requireCount('maxOutput', outputBytes);
  require(buffer === undefined || outputBytes <= buffer.output.length, 'maxOutput', outputBytes);
  return {
    opcode: algorithmOpcodes[job.algorithm],
    parameter,
    input,
    outputBytes,
    auxiliary,
    buffer,
  };
}

function inputOf({ input, inputLength }: Job): Uint8Array {
  if (!(input instanceof JobBuffer)) {
    require(input instanceof Uint8Array, 'input', undefined);
    require(inputLength === undefined, 'inputLength', inputLength);
    return input;
  }
  const length = inputLength ?? input.input.length;
  requireCount('inputLength', length);
  require(length <= input.input.length, 'inputLength', length);
  return input.input.subarray(0, length);
}

function parametersOf(job: Job, length: number, buffer: JobBuffer | undefined): Parameters {
  const room = buffer?.output.length;
  switch (job.algorithm) {
    case 'deflate': {
      const level = job.level ?? 0;
      const valid =
        job.level === undefined || (Number.isInteger(level) && level >= 1 && level <= 9);
      require(valid, 'level', level);
      const outputBytes = job.maxOutput ?? room ?? deflateBound(length);
      return { parameter: level, outputBytes, auxiliary: nothing };
    }
    case 'inflate': {
      const outputBytes = job.maxOutput ?? room;
      if (outputBytes === undefined) {
        throw failure('accel.job', { field: 'maxOutput' });
      }
      return { parameter: 0, outputBytes, auxiliary: nothing };
    }
    case 'sha256':
      return { parameter: 0, outputBytes: SHA256_BYTES, auxiliary: nothing };
    case 'aes-gcm-encrypt':
      return aesParameters(job, length + AES_GCM_TAG_BYTES);
    case 'aes-gcm-decrypt':
      require(length >= AES_GCM_TAG_BYTES, 'input', length);
      return aesParameters(job, length - AES_GCM_TAG_BYTES);
  }
}

function aesParameters(
  { key, iv, associated = nothing }: AesGcmJob,
  outputBytes: number,
): Parameters {
  require(key instanceof Uint8Array && AES_KEY_BYTES.includes(key.length), 'key', key.length);
  require(iv instanceof Uint8Array && iv.length === AES_GCM_IV_BYTES, 'iv', iv.length);
  require(associated instanceof Uint8Array, 'associated', undefined);
  const auxiliary = new Uint8Array(key.length + iv.length + associated.length);
  auxiliary.set(key);
  auxiliary.set(iv, key.length);
  auxiliary.set(associated, key.length + iv.length);
  return { parameter: key.length, outputBytes, auxiliary };
}

function require(valid: boolean, field: string, value: number | undefined): void {
  if (!valid) {
    throw failure('accel.job', { field, value });
  }
}
