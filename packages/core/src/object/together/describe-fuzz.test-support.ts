import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { attr, u32s, zooCall, type RawAttr } from './raw-message.test-support.js';
import { Tank, type Way } from './tank.test-support.js';
import { Pond } from './zoo-classes.test-support.js';

const SEED = 20261121;

const anyAttr: fc.Arbitrary<RawAttr> = fc.record(
  {
    id: fc.oneof(
      fc.integer({ min: 0x1000, max: 0x1012 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 0xffff }),
    ),
    flags: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(0, 1) },
      fc.integer({ min: 0, max: 0xffff }),
    ),
    len: fc.constantFrom(0, 1, 2, 4, 7, 8, 9, 12, 16, 24, 4096, 0xffff),
    elem: fc.constantFrom(0, 0, 0, 1, 3, 255),
    reserved: fc.constantFrom(0, 0, 0, 0, 1),
    data: fc.oneof(
      fc.bigInt({ min: 0n, max: 3n }),
      // The first handles of a client.
      fc.bigInt({ min: 1n, max: 40n }).map((nonce) => (nonce << 20n) | (nonce - 1n)),
      fc.bigInt({ min: 40n, max: 400n }),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    ),
    bytes: fc.uint8Array({ maxLength: 40 }),
  },
  { requiredKeys: ['id'] },
);

const anyMessage = fc
  .record({
    object: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 0xfff })),
    method: fc.integer({ min: 0, max: 4 }),
    attrs: fc.array(anyAttr, { maxLength: 6 }),
    hasHandle: fc.boolean(),
    more: fc.uint8Array({ maxLength: 64 }),
  })
  .map(({ object, method, attrs, hasHandle, more }) =>
    zooCall(object, method, hasHandle ? [attr(0), ...attrs] : attrs, { more }),
  );

/** A message with some of its bytes changed, or cut off. */
const mutated = fc
  .tuple(
    anyMessage,
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
    fc.option(fc.nat(), { nil: undefined, freq: 4 }),
  )
  .map(([bytes, changes, cut]) => {
    for (const [at, value] of changes) {
      bytes[at % bytes.length] = value;
    }
    return cut === undefined ? bytes : bytes.subarray(0, cut % bytes.length);
  });

/** Whatever a client sends. */
export function describeFuzz({ name, connect }: Way): void {
  describe(`hostile messages, ${name} (own rule: a client can hurt only itself)`, () => {
    it('control fuzz: any bytes get an answer or an MdevError, and nothing is left of them', async () => {
      await using tank = new Tank(connect);
      const { control, answer } = await tank.client();
      const messages = fc.oneof(
        { weight: 3, arbitrary: anyMessage },
        { weight: 2, arbitrary: mutated },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
      );
      const seen = new Set<string>();
      for (let depth = 0; depth < 40; depth++) {
        await control.call(Pond, 'create', { depth });
      }
      await fc.assert(
        fc.asyncProperty(messages, async (bytes) => {
          // Anything but an MdevError is thrown on.
          seen.add(await answer(bytes));
        }),
        { seed: SEED, numRuns: 5000 },
      );
      expect(seen.size).to.be.greaterThan(14);
      expect(seen).to.include('ok');
      // All locks are free: what is there can be written.
      const ponds = await control.handles(Pond);
      expect(ponds.length).to.be.greaterThan(0);
      for (const handle of ponds) {
        const feed = [
          attr(0, { data: BigInt(handle) }),
          attr(1, { bytes: u32s(1) }),
          attr(2, { len: 4 }),
        ];
        expect(await answer(zooCall(0, 2, feed))).to.equal('ok');
      }
      expect(tank.logger.lines).to.deep.equal([]);
    });
  });
}
