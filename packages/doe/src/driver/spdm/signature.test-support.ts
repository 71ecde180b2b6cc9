import { verify, type KeyObject, constants } from 'node:crypto';
import { hasOpenssl, opensslAgrees, withFiles } from '../../abi/spdm/openssl.test-support.js';
import type { RawRequester } from './raw-requester.test-support.js';

const RSA_PSS = 0x2 | 0x8 | 0x40;
const ECDSA = 0x10 | 0x80;

/** Whether node:crypto, and openssl(1) where it is, find the signature of a transcript right. */
export function isSigned(
  requester: RawRequester,
  use: string,
  { key, transcript, signature }: { key: KeyObject; transcript: Buffer; signature: Buffer },
): boolean {
  const data = requester.signedBytes(use, transcript);
  const pss = (requester.signature & RSA_PSS) !== 0;
  const ecdsa = (requester.signature & ECDSA) !== 0;
  const right = verify(
    requester.hash,
    data,
    ecdsa
      ? { key, dsaEncoding: 'ieee-p1363' }
      : { key, padding: pss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING },
    signature,
  );
  if (!hasOpenssl()) {
    return right;
  }
  const options = pss ? ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:-1'] : [];
  return withFiles((write) => {
    const pub = write('key', key.export({ format: 'pem', type: 'spki' }));
    const signed = write('signature', ecdsa ? derSignature(signature) : signature);
    const check = ['-verify', pub, ...options, '-signature', signed];
    return right && opensslAgrees(data, 'dgst', `-${requester.hash}`, ...check);
  });
}

/** r and s as the two integers of a sequence. */
function derSignature(raw: Buffer): Buffer {
  const half = raw.length / 2;
  const body = Buffer.concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

function integer(bytes: Buffer): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) {
    from += 1;
  }
  const value = bytes.subarray(from);
  const sign = (value[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.concat([Buffer.of(0x02, value.length + sign.length, ...sign), value]);
}
