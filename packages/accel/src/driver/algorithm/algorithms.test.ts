import { createCipheriv, createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { deflateBound, Status } from '../../abi/index.js';
import { aesGcmDecrypt, aesGcmEncrypt } from './aes-gcm.js';
import { INLINE_BYTES, type Algorithm, type AlgorithmResult } from './algorithm.js';
import { deflate } from './deflate.js';
import { inflate } from './inflate.js';
import { sha256 } from './sha256.js';
import { chunkSize } from './zlib-engine.js';

const options = { seed: 20261121, numRuns: 40 };
const none = new Uint8Array(0);

/** Inputs of all kinds: empty, short, repetitive, and longer than what is computed inline. */
const inputs = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.integer({ min: 1, max: 600 }))
    .map(([piece, times]) => Buffer.concat(new Array<Uint8Array>(times).fill(piece))),
);
const long = Buffer.alloc(INLINE_BYTES + 1, 'accelerator ');

function run(
  algorithm: Algorithm,
  input: Uint8Array,
  outputLimit: number,
  more: { parameter?: number; auxiliary?: Uint8Array } = {},
): Promise<AlgorithmResult> {
  return algorithm.run({ input, outputLimit, parameter: 0, auxiliary: none, ...more });
}

describe('deflate and inflate (RFC 1950)', () => {
  it('give what node:zlib gives, for every level', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, fc.integer({ min: 0, max: 9 }), async (input, parameter) => {
        const expected = deflateSync(input, parameter === 0 ? {} : { level: parameter });
        const packed = await run(deflate, input, deflateBound(input.length), { parameter });
        expect(packed.status).to.equal(Status.OK);
        expect(Buffer.compare(packed.output, expected)).to.equal(0);
        const plain = await run(inflate, expected, input.length);
        expect(plain.status).to.equal(Status.OK);
        expect(Buffer.compare(plain.output, input)).to.equal(0);
        expect(plain.consumed).to.equal(expected.length);
      }),
      options,
    );
  });

  it('deflateBound is never too small (zlib, compressBound)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (input) => {
        expect(deflateSync(input, { level: 1 }).length).to.be.at.most(deflateBound(input.length));
      }),
      options,
    );
  });

  it('one byte too little room is DESTINATION_TOO_SMALL, and a bomb does not unfold', async () => {
    const bomb = deflateSync(Buffer.alloc(1 << 26));
    const before = process.memoryUsage().arrayBuffers;
    const result = await run(inflate, bomb, 1000);
    expect(result).to.deep.equal({
      status: Status.DESTINATION_TOO_SMALL,
      output: none,
      consumed: 0,
    });
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(1 << 22);
    const packed = deflateSync(long);
    expect((await run(inflate, packed, long.length)).status).to.equal(Status.OK);
    expect((await run(inflate, packed, long.length - 1)).status).to.equal(
      Status.DESTINATION_TOO_SMALL,
    );
    expect((await run(deflate, long, packed.length - 1)).status).to.equal(
      Status.DESTINATION_TOO_SMALL,
    );
  });

  it('wrong, cut and empty streams are DATA_ERROR, never an exception', async () => {
    const packed = deflateSync(Buffer.from('some text to be cut'));
    for (const bad of [none, packed.subarray(0, packed.length - 1), Buffer.from('not a stream')]) {
      expect((await run(inflate, bad, 1000)).status).to.equal(Status.DATA_ERROR);
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (noise) => {
        const { status } = await run(inflate, noise, 1000);
        expect(status).to.be.oneOf([Status.OK, Status.DATA_ERROR, Status.DESTINATION_TOO_SMALL]);
      }),
      options,
    );
  });

  it('say how much of the input was used when something follows the stream', async () => {
    const packed = deflateSync(Buffer.from('text'));
    const result = await run(inflate, Buffer.concat([packed, Buffer.from('tail')]), 100);
    expect(Buffer.from(result.output).toString()).to.equal('text');
    expect(result.consumed).to.equal(packed.length);
  });

  it('results of several pieces are put together', async () => {
    const input = Buffer.alloc(3 << 20, 'abc');
    const result = await run(inflate, deflateSync(input), input.length);
    expect(Buffer.compare(result.output, input)).to.equal(0);
    expect(chunkSize(1 << 30, 1 << 30)).to.equal(1 << 20);
    expect(chunkSize(0, 0)).to.equal(64);
  });

  it('refuse parameters and auxiliary data that they do not have', async () => {
    for (const more of [{ parameter: 10 }, { auxiliary: new Uint8Array(1) }]) {
      expect((await run(deflate, long, 1000, more)).status).to.equal(Status.BAD_DESCRIPTOR);
      expect((await run(inflate, long, 1000, more)).status).to.equal(Status.BAD_DESCRIPTOR);
    }
    expect(inflateSync(deflateSync(none)).length).to.equal(0);
  });
});

describe('sha256 (FIPS 180-4)', () => {
  it('gives what node:crypto gives', async () => {
    const check = async (input: Uint8Array): Promise<void> => {
      const { status, output } = await run(sha256, input, 32);
      expect(status).to.equal(Status.OK);
      expect(Buffer.compare(output, createHash('sha256').update(input).digest())).to.equal(0);
    };
    await fc.assert(fc.asyncProperty(inputs, check), options);
    await check(long);
  });

  it('needs 32 bytes of room, and no parameter', async () => {
    expect((await run(sha256, none, 31)).status).to.equal(Status.DESTINATION_TOO_SMALL);
    expect((await run(sha256, none, 32, { parameter: 1 })).status).to.equal(Status.BAD_DESCRIPTOR);
  });
});

describe('AES-GCM (RFC 5116)', () => {
  const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
    fc.uint8Array({ minLength: length, maxLength: length });
  const keys = fc.oneof(bytes(16), bytes(24), bytes(32));

  const check = async (
    input: Uint8Array,
    key: Uint8Array,
    iv: Uint8Array,
    associated: Uint8Array,
  ): Promise<void> => {
    const name = `aes-${key.length * 8}-gcm`;
    const cipher = createCipheriv(name as 'aes-256-gcm', key, iv);
    cipher.setAAD(associated);
    const sealed = Buffer.concat([cipher.update(input), cipher.final(), cipher.getAuthTag()]);
    const more = { parameter: key.length, auxiliary: Buffer.concat([key, iv, associated]) };
    const result = await run(aesGcmEncrypt, input, sealed.length, more);
    expect(result.status).to.equal(Status.OK);
    expect(Buffer.compare(result.output, sealed)).to.equal(0);
    const opened = await run(aesGcmDecrypt, sealed, input.length, more);
    expect(opened.status).to.equal(Status.OK);
    expect(Buffer.compare(opened.output, input)).to.equal(0);
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    expect(await run(aesGcmDecrypt, sealed, input.length, more)).to.deep.equal({
      status: Status.AUTHENTICATION,
      output: none,
      consumed: 0,
    });
  };

  it('seals as node:crypto does, opens again, and refuses a wrong tag without any output', async () => {
    const property = fc.asyncProperty(inputs, keys, bytes(12), fc.uint8Array(), check);
    await fc.assert(property, options);
    await check(long, new Uint8Array(32), new Uint8Array(12), new Uint8Array(3));
  });

  it('refuses keys of other sizes, short auxiliary data and input, and too little room', async () => {
    const auxiliary = new Uint8Array(28);
    const cases: [Algorithm, number, number, number, number][] = [
      [aesGcmEncrypt, 5, 21, 15, Status.BAD_DESCRIPTOR],
      [aesGcmEncrypt, 5, 21, 24, Status.BAD_DESCRIPTOR],
      [aesGcmEncrypt, 5, 20, 16, Status.DESTINATION_TOO_SMALL],
      [aesGcmDecrypt, 15, 21, 16, Status.BAD_DESCRIPTOR],
      [aesGcmDecrypt, 21, 4, 16, Status.DESTINATION_TOO_SMALL],
    ];
    for (const [algorithm, length, limit, parameter, status] of cases) {
      const result = await run(algorithm, new Uint8Array(length), limit, { parameter, auxiliary });
      expect(result.status).to.equal(status);
    }
  });
});
