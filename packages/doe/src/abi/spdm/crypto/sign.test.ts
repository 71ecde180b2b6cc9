import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { agreed, filled, hex, usual } from '../golden.test-support.js';
import { hashAlgorithms, signatureAlgorithms, type NegotiatedContext } from '../index.js';
import {
  digest,
  hexOf,
  needOpenssl,
  openssl,
  opensslAgrees,
  withFiles,
} from '../openssl.test-support.js';
import { keyFits, signTranscript, verifyTranscript, type SignatureUse } from './index.js';

const NOTHING = new Uint8Array(0);
const transcript = Buffer.from('every message of both sides, one behind the other');

/** Algorithms by the names that openssl(1) has for their keys. */
const schemes: readonly (readonly [string, readonly string[], number, string])[] = [
  ['ECDSA P-256', ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], 0x10, 'sha256'],
  ['ECDSA P-384', ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], 0x80, 'sha384'],
  ['ECDSA P-256 with SHA-512', ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], 0x10, 'sha512'],
  ['RSASSA 2048', ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], 0x1, 'sha256'],
  ['RSAPSS 2048', ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], 0x2, 'sha384'],
  ['RSAPSS 3072', ['RSA', '-pkeyopt', 'rsa_keygen_bits:3072'], 0x8, 'sha512'],
];

/** Prefixes written out: 64 characters of versions, zeros, and the use, 100 bytes in all. */
const prefixes: readonly (readonly [0x12 | 0x13, SignatureUse, Uint8Array])[] = [
  [0x12, 'challenge_auth', prefix('1.2', 4, 'responder-challenge_auth signing')],
  [0x12, 'measurements', prefix('1.2', 6, 'responder-measurements signing')],
  [0x13, 'key_exchange_rsp', prefix('1.3', 2, 'responder-key_exchange_rsp signing')],
];

describe('spdm signatures', function () {
  this.timeout(60_000);

  for (const [name, keyOptions, bit, hash] of schemes) {
    const context = (version: 0x10 | 0x11 | 0x12 | 0x13): NegotiatedContext =>
      agreed(version, {
        ...usual,
        signature: signatureAlgorithms.find((each) => each.bit === bit)!,
        hash: hashAlgorithms.find((each) => each.name === hash)!,
      });

    it(`spdm abi signature: openssl and we verify each other's ${name} (DSP0274 1.3, Signature generation; FIPS 186-5; RFC 8017)`, function () {
      needOpenssl(this);
      withFiles((write) => {
        const pem = openssl(NOTHING, 'genpkey', '-algorithm', ...keyOptions);
        const path = write('key', pem);
        const pub = write('pub', openssl(NOTHING, 'pkey', '-in', path, '-pubout'));
        const key = createPrivateKey(Buffer.from(pem));
        const verifier = createPublicKey(key);
        const options = [`-${hash}`, ...padding(bit)];
        for (const [version, use, start] of prefixes) {
          const message = Buffer.concat([start, digest(hash, transcript)]);
          check(context(version), use, message);
        }
        check(context(0x10), 'challenge_auth', transcript);
        check(context(0x11), 'measurements', transcript);

        function check(agreement: NegotiatedContext, use: SignatureUse, message: Buffer): void {
          const { size } = agreement.algorithms.signature;
          const theirs = raw(openssl(message, 'dgst', ...options, '-sign', path), bit, size);
          expect(verifyTranscript(verifier, use, agreement, transcript, theirs)).to.equal(true);
          const ours = signTranscript(key, use, agreement, transcript);
          expect(ours).to.have.length(size);
          const signature = write('signature', der(ours, bit));
          const verify = [...options, '-verify', pub, '-signature', signature];
          expect(opensslAgrees(message, 'dgst', ...verify)).to.equal(true);
          refuses(verifier, agreement, use, ours);
        }
      });
    });
  }

  it('spdm abi signature: a key of another scheme signs nothing, and verifies nothing (own rule)', function () {
    needOpenssl(this);
    const key = createPrivateKey(
      Buffer.from(openssl(NOTHING, 'genpkey', '-algorithm', ...schemes[1]![1])),
    );
    const context = agreed(0x12);
    expect(keyFits(key, context.algorithms.signature)).to.equal(false);
    expect(
      keyFits(
        key,
        signatureAlgorithms.find(({ bit }) => bit === 0x80)!,
      ),
    ).to.equal(true);
    expect(
      keyFits(
        key,
        signatureAlgorithms.find(({ bit }) => bit === 0x1)!,
      ),
    ).to.equal(false);
    const sign = (): unknown => signTranscript(key, 'measurements', context, transcript);
    expect(sign).to.throw(RangeError, 'not one of the negotiated scheme');
    const verdict = verifyTranscript(key, 'measurements', context, transcript, filled(1, 64));
    expect(verdict).to.equal(false);
  });
});

/** Nothing but what was signed, for what it was signed. */
function refuses(
  key: KeyObject,
  context: NegotiatedContext,
  use: SignatureUse,
  signature: Uint8Array,
): void {
  const verify = (bytes: Uint8Array, wanted = use, text: Uint8Array = transcript): boolean =>
    verifyTranscript(key, wanted, context, text, bytes);
  expect(verify(signature)).to.equal(true);
  const other = use === 'measurements' ? 'challenge_auth' : 'measurements';
  expect(verify(signature, other)).to.equal(context.version < 0x12);
  expect(verify(signature, use, transcript.subarray(1))).to.equal(false);
  const changed = signature.slice();
  changed[changed.length - 1]! ^= 1;
  expect(verify(changed)).to.equal(false);
  expect(verify(signature.subarray(1))).to.equal(false);
  expect(verify(NOTHING)).to.equal(false);
  expect(verify(filled(0, signature.length))).to.equal(false);
  expect(verify(filled(0xff, signature.length))).to.equal(false);
}

function prefix(version: string, zeros: number, use: string): Uint8Array {
  const start = `dmtf-spdm-v${version}.*dmtf-spdm-v${version}.*dmtf-spdm-v${version}.*dmtf-spdm-v${version}.*`;
  const bytes = Buffer.concat([Buffer.from(start), new Uint8Array(zeros), Buffer.from(use)]);
  expect(bytes).to.have.length(100);
  return bytes;
}

function padding(bit: number): readonly string[] {
  return bit === 0x2 || bit === 0x8
    ? ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']
    : [];
}

function isEcdsa(bit: number): boolean {
  return bit === 0x10 || bit === 0x80;
}

/** r and s out of a SEQUENCE of two INTEGERs, as openssl asn1parse lists them. */
function raw(signature: Uint8Array, bit: number, size: number): Uint8Array {
  if (!isEcdsa(bit)) return signature;
  const listing = Buffer.from(openssl(signature, 'asn1parse', '-inform', 'DER')).toString();
  const integers = [...listing.matchAll(/INTEGER\s*:([0-9A-F]+)/g)].map(([, digits]) => digits!);
  expect(integers).to.have.length(2);
  return hex(...integers.map((digits) => digits.padStart(size, '0')));
}

/** A SEQUENCE of two INTEGERs out of r and s (X.690, section 8.3). */
function der(signature: Uint8Array, bit: number): Uint8Array {
  if (!isEcdsa(bit)) return signature;
  const half = signature.length / 2;
  const body = [signature.subarray(0, half), signature.subarray(half)].map((integer) => {
    const digits = hexOf(integer).replace(/^(?:00)+/, '');
    const value = parseInt(digits.slice(0, 2), 16) >= 0x80 ? `00${digits}` : digits;
    return `02${(value.length / 2).toString(16).padStart(2, '0')}${value}`;
  });
  const length = body.join('').length / 2;
  expect(length).to.be.below(0x80);
  return hex('30', length.toString(16).padStart(2, '0'), ...body);
}
