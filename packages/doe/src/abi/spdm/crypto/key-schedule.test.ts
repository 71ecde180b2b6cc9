import { expect } from 'chai';
import { describe, it } from 'mocha';
import { filled, hex, usual } from '../golden.test-support.js';
import { aeadAlgorithms, hashAlgorithms, type Algorithms, type SpdmVersion } from '../index.js';
import { expand, extract, hexOf, mac, needOpenssl } from '../openssl.test-support.js';
import { applicationSecrets, handshakeSecrets, hmac, updatedSecret } from './index.js';

const suites: readonly (readonly [SpdmVersion, string, number, number])[] = [
  [0x11, 'spdm1.1 ', 0, 1],
  [0x12, 'spdm1.2 ', 1, 0],
  [0x12, 'spdm1.2 ', 0, 2],
  [0x13, 'spdm1.3 ', 2, 1],
];

describe('spdm key schedule', function () {
  this.timeout(60_000);

  for (const [version, label, hashAt, aeadAt] of suites) {
    const hash = hashAlgorithms[hashAt]!;
    const aead = aeadAlgorithms[aeadAt]!;
    const algorithms: Algorithms = { ...usual, hash, aead };
    const { name, size } = hash;

    const info = (text: string, length: number, context?: Uint8Array): Uint8Array =>
      Buffer.concat([Buffer.from([length, 0]), Buffer.from(label + text), context ?? hex('')]);
    const derive = (key: Uint8Array, text: string, context?: Uint8Array): Uint8Array =>
      expand(name, key, info(text, size, context), size);
    const keysOf = (secret: Uint8Array): object => ({
      key: expand(name, secret, info('key', aead.keySize), aead.keySize),
      iv: expand(name, secret, info('iv', 12), 12),
    });

    it(`spdm abi key schedule: secrets of ${label}with ${name} and ${aead.cipher} are those of openssl (DSP0274 1.3, Key schedule; RFC 5869)`, function () {
      needOpenssl(this);
      const [shared, th1, th2] = [filled(0x17, 32), filled(0x21, size), filled(0x22, size)];

      const handshake = extract(name, new Uint8Array(size), shared);
      const request = derive(handshake, 'req hs data', th1);
      const response = derive(handshake, 'rsp hs data', th1);
      same(handshakeSecrets(version, algorithms, shared, th1), {
        handshake,
        requestSecret: request,
        responseSecret: response,
        requestFinished: derive(request, 'finished'),
        responseFinished: derive(response, 'finished'),
        request: keysOf(request),
        response: keysOf(response),
      });

      const salt = derive(handshake, 'derived');
      const master = extract(name, salt, new Uint8Array(size));
      const requestData = derive(master, 'req app data', th2);
      const responseData = derive(master, 'rsp app data', th2);
      same(applicationSecrets(version, algorithms, handshake, th2), {
        master,
        requestSecret: requestData,
        responseSecret: responseData,
        request: keysOf(requestData),
        response: keysOf(responseData),
        exportMaster: derive(master, 'exp master', th2),
      });

      const next = derive(requestData, 'traffic upd');
      same(updatedSecret(version, algorithms, requestData), { secret: next, keys: keysOf(next) });
    });

    it(`spdm abi key schedule: the HMAC of ${name} is that of openssl (RFC 2104)`, function () {
      needOpenssl(this);
      for (const length of [0, 1, 300]) {
        const data = filled(0x33, length);
        const key = filled(0x44, size);
        expect(hexOf(hmac(hash, key, data))).to.equal(hexOf(mac(name, key, data)));
      }
    });
  }

  it('spdm abi key schedule: without a negotiated cipher there are no keys (own rule)', () => {
    const { aead, ...rest } = usual;
    expect(aead?.keySize).to.equal(32);
    const derive = (): unknown => updatedSecret(0x12, rest, filled(1, 32));
    expect(derive).to.throw(RangeError, 'no cipher');
  });
});

function same(ours: object, theirs: object): void {
  expect(readable(ours)).to.equal(readable(theirs));
}

function readable(secrets: object): string {
  const show = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? hexOf(value) : value;
  return JSON.stringify(secrets, show, 1);
}
