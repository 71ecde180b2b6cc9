import { createCipheriv, createDecipheriv, webcrypto, type CipherGCMTypes } from 'node:crypto';
import {
  AES_GCM_IV_BYTES,
  AES_GCM_TAG_BYTES,
  AES_KEY_BYTES,
  Opcode,
  Status,
} from '../../abi/index.js';
import {
  INLINE_BYTES,
  type Algorithm,
  type AlgorithmJob,
  type AlgorithmResult,
} from './algorithm.js';
import { failed, succeeded } from './results.js';

/** The auxiliary data of a job, taken apart. */
interface Parts {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly associated: Uint8Array;
}

/** AEAD_AES_*_GCM (RFC 5116, section 5); long inputs on Node's thread pool. */
export const aesGcmEncrypt: Algorithm = {
  name: 'aes-gcm-encrypt',
  opcode: Opcode.AES_GCM_ENCRYPT,
  async run(job: AlgorithmJob): Promise<AlgorithmResult> {
    const { input, outputLimit } = job;
    const parts = partsOf(job);
    if (parts === undefined) {
      return failed(Status.BAD_DESCRIPTOR);
    }
    if (outputLimit < input.length + AES_GCM_TAG_BYTES) {
      return failed(Status.DESTINATION_TOO_SMALL);
    }
    const output = input.length <= INLINE_BYTES ? seal(parts, input) : await sealLong(parts, input);
    return succeeded(output, input.length);
  },
};

/** The reverse; a tag that does not match gives no output at all. */
export const aesGcmDecrypt: Algorithm = {
  name: 'aes-gcm-decrypt',
  opcode: Opcode.AES_GCM_DECRYPT,
  async run(job: AlgorithmJob): Promise<AlgorithmResult> {
    const { input, outputLimit } = job;
    const parts = partsOf(job);
    const length = input.length - AES_GCM_TAG_BYTES;
    if (parts === undefined || length < 0) {
      return failed(Status.BAD_DESCRIPTOR);
    }
    if (outputLimit < length) {
      return failed(Status.DESTINATION_TOO_SMALL);
    }
    const output = input.length <= INLINE_BYTES ? open(parts, input) : await openLong(parts, input);
    return output === undefined ? failed(Status.AUTHENTICATION) : succeeded(output, input.length);
  },
};

function partsOf({ auxiliary, parameter }: AlgorithmJob): Parts | undefined {
  const ivEnd = parameter + AES_GCM_IV_BYTES;
  if (!AES_KEY_BYTES.includes(parameter) || auxiliary.length < ivEnd) {
    return undefined;
  }
  return {
    key: auxiliary.subarray(0, parameter),
    iv: auxiliary.subarray(parameter, ivEnd),
    associated: auxiliary.subarray(ivEnd),
  };
}

function cipherName(key: Uint8Array): CipherGCMTypes {
  return key.length === 16 ? 'aes-128-gcm' : key.length === 24 ? 'aes-192-gcm' : 'aes-256-gcm';
}

function seal({ key, iv, associated }: Parts, input: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cipherName(key), key, iv, { authTagLength: AES_GCM_TAG_BYTES });
  cipher.setAAD(associated);
  return Buffer.concat([cipher.update(input), cipher.final(), cipher.getAuthTag()]);
}

function open({ key, iv, associated }: Parts, input: Uint8Array): Uint8Array | undefined {
  const end = input.length - AES_GCM_TAG_BYTES;
  const cipher = createDecipheriv(cipherName(key), key, iv, { authTagLength: AES_GCM_TAG_BYTES });
  cipher.setAAD(associated);
  cipher.setAuthTag(input.subarray(end));
  const output = cipher.update(input.subarray(0, end));
  try {
    return Buffer.concat([output, cipher.final()]);
  } catch {
    return undefined;
  }
}

async function sealLong(parts: Parts, input: Uint8Array): Promise<Uint8Array> {
  const key = await webcrypto.subtle.importKey('raw', parts.key, 'AES-GCM', false, ['encrypt']);
  return new Uint8Array(await webcrypto.subtle.encrypt(algorithmOf(parts), key, input));
}

async function openLong(parts: Parts, input: Uint8Array): Promise<Uint8Array | undefined> {
  const key = await webcrypto.subtle.importKey('raw', parts.key, 'AES-GCM', false, ['decrypt']);
  try {
    return new Uint8Array(await webcrypto.subtle.decrypt(algorithmOf(parts), key, input));
  } catch (error) {
    if (error instanceof Error && error.name === 'OperationError') {
      return undefined;
    }
    throw error;
  }
}

function algorithmOf({ iv, associated }: Parts): webcrypto.AesGcmParams {
  return {
    name: 'AES-GCM',
    iv,
    additionalData: associated,
    tagLength: AES_GCM_TAG_BYTES * 8,
  };
}
