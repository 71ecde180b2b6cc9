import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { filled, hex, refused, usual } from '../golden.test-support.js';
import { aeadAlgorithms, type Algorithms, type DirectionKeys } from '../index.js';
import { hexOf, needOpenssl } from '../openssl.test-support.js';
import { chacha, checkPublished, gcm } from './aead.test-support.js';
import { openRecord, readSessionId, sealRecord } from './index.js';

const SESSION = 0xffee1234;
const DSP = 'DSP0277 1.1, Secured Message format';
const iv = hex('000102030405060708090a0b');
const message = hex('12 e8 00 00');

function keysOf({ aead }: Algorithms): DirectionKeys {
  return { key: filled(0x42, aead!.keySize), iv };
}

function sealedWith(algorithms: Algorithms, sequence: number | bigint = 0): Uint8Array {
  return sealRecord(keysOf(algorithms), algorithms, sequence, SESSION, message);
}

function notOpened(open: () => unknown): void {
  expect(open).to.throw(MdevError).that.includes({ code: 'EBADMSG', reason: 'doe.spdm-record' });
}

describe('spdm secured messages', function () {
  this.timeout(60_000);

  it('spdm abi sealed record: what the records are compared with gives what was published (NIST GCM test cases 4 and 16; RFC 8439, section 2.8.2)', function () {
    needOpenssl(this);
    checkPublished();
  });

  for (const aead of aeadAlgorithms) {
    const algorithms = { ...usual, aead };
    const keys = keysOf(algorithms);
    const open = (record: Uint8Array, sequence: number | bigint = 0): Uint8Array =>
      openRecord(keys, algorithms, sequence, SESSION, record);

    it(`spdm abi sealed record: ${aead.cipher} of length and message, with session id and length as associated data (${DSP})`, function () {
      needOpenssl(this);
      const compute = aead.cipher === 'chacha20-poly1305' ? chacha : gcm;
      const nonces: readonly (readonly [number | bigint, string])[] = [
        [0, '000102030405060708090a0b'],
        [1, '010102030405060708090a0b'],
        [0x0102, '020002030405060708090a0b'],
        [0xff00_0000_0000_0001n, '01010203040506f808090a0b'],
      ];
      for (const [sequence, nonce] of nonces) {
        const header = hex('3412eeff 1600');
        const sealed = compute(keys.key, hex(nonce), header, hex('0400 12e80000'));
        const record = sealedWith(algorithms, sequence);
        expect(hexOf(record)).to.equal(hexOf(header) + hexOf(sealed));
        expect(hexOf(open(record, sequence))).to.equal(hexOf(message));
      }
    });

    it(`spdm abi sealed record: a record of ${aead.cipher} with any bit changed does not open (${DSP})`, () => {
      const record = sealedWith(algorithms);
      for (let bit = 0; bit < record.length * 8; bit += 1) {
        const changed = record.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => open(changed), `bit ${bit}`).to.throw(MdevError);
      }
    });

    it(`spdm abi sealed record: ${aead.cipher} opens with no other key, sequence number or session (${DSP})`, () => {
      const record = sealedWith(algorithms, 5);
      expect(hexOf(open(record, 5))).to.equal(hexOf(message));
      notOpened(() => open(record, 4));
      notOpened(() => open(record, 6));
      const other = { key: filled(0x43, aead.keySize), iv };
      notOpened(() => openRecord(other, algorithms, 5, SESSION, record));
      notOpened(() => openRecord(keys, algorithms, 5, SESSION + 1, record));
    });
  }

  it(`spdm abi sealed record: its session can be read before it is opened (${DSP})`, () => {
    expect(readSessionId(sealedWith(usual))).to.equal(SESSION);
    refused(() => readSessionId(hex('341200')));
  });

  it('spdm abi sealed record: zeros of the last word stand behind a record, nothing else (PCI Express Base Specification 6.0, section 6.30.1)', () => {
    const record = sealedWith(usual);
    const open = (...behind: readonly number[]): Uint8Array =>
      openRecord(keysOf(usual), usual, 0, SESSION, Uint8Array.of(...record, ...behind));
    expect(hexOf(open(0, 0, 0))).to.equal(hexOf(message));
    refused(() => open(0, 0, 0, 0));
    refused(() => open(0, 1));
  });

  it(`spdm abi sealed record: a record that is cut off is refused at every byte (${DSP})`, () => {
    const record = sealedWith(usual);
    for (let length = 0; length < record.length; length += 1) {
      const cut = record.subarray(0, length);
      refused(() => openRecord(keysOf(usual), usual, 0, SESSION, cut));
    }
    refused(() =>
      openRecord(keysOf(usual), usual, 0, SESSION, hex('3412eeff 1100', '00'.repeat(17))),
    );
  });

  it(`spdm abi sealed record: a message that is longer than its record says it is, is refused; random bytes behind it are dropped (${DSP}, RandomData)`, function () {
    needOpenssl(this);
    const keys = keysOf(usual);
    const seal = (plain: string): Uint8Array => {
      const bytes = hex(plain);
      const header = hex('3412eeff', (bytes.length + 16).toString(16).padStart(2, '0'), '00');
      return Uint8Array.of(...header, ...gcm(keys.key, iv, header, bytes));
    };
    const open = (record: Uint8Array): Uint8Array => openRecord(keys, usual, 0, SESSION, record);
    expect(hexOf(open(seal('0400 12e80000 a5a5a5')))).to.equal('12e80000');
    expect(open(seal('0000'))).to.have.length(0);
    refused(() => open(seal('0500 12e80000')));
  });

  it('spdm abi sealed record: sequence numbers have 64 bits, lengths 16 (own rule)', () => {
    expect(() => sealedWith(usual, -1)).to.throw(RangeError, 'sequence');
    expect(() => sealedWith(usual, 1n << 64n)).to.throw(RangeError, 'sequence');
    expect(sealedWith(usual, (1n << 64n) - 1n)).to.have.length(28);
    const long = filled(0, 0xffff - 17);
    expect(() => sealRecord(keysOf(usual), usual, 0, SESSION, long)).to.throw(RangeError);
    const { aead, ...none } = usual;
    expect(aead?.tagSize).to.equal(16);
    const seal = (): unknown => sealRecord(keysOf(usual), none, 0, SESSION, message);
    expect(seal).to.throw(RangeError, 'no cipher');
  });
});
