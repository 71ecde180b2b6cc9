import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { makeDevice } from './device.test-support.js';
import { NO_SIGNAL, nonce, RawRequester, u16, type Version } from './raw-requester.test-support.js';
import { RawSession } from './raw-session.test-support.js';
import type { SpdmResponder } from './responder.js';

const seed = 20261121;
const call = { signal: NO_SIGNAL, at: 0x100 };
const codes = [
  ...[0x81, 0x82, 0x83, 0x84, 0xe0, 0xe1, 0xe3, 0xe4, 0xe5, 0xe8, 0xe9, 0xec],
  ...[0x00, 0x7f, 0xfe, 0xff],
];
const version = fc.constantFrom<Version>(0x10, 0x11, 0x12, 0x13);

/** What looks like a request: a likely version and code, and anything behind them. */
const message = fc
  .tuple(
    fc.oneof({ weight: 9, arbitrary: version }, { weight: 1, arbitrary: fc.nat(255) }),
    fc.constantFrom(...codes),
    fc.uint8Array({ maxLength: 160 }),
  )
  .map(([first, code, rest]) => Buffer.from([first, code, ...rest]));

/** Where a message is spoiled, and with what. */
const spoil = fc.record({
  message: fc.nat(11),
  at: fc.nat(400),
  flip: fc.integer({ min: 1, max: 255 }),
  length: fc.option(fc.nat(400), { nil: undefined }),
});

describe('spdm responder: whatever is said to it', () => {
  it('spdm fuzz: random objects never throw, never hang, and GET_VERSION works after them (DSP0274 1.2, GET_VERSION)', async () => {
    const { responder } = await makeDevice();
    const requester = new RawRequester(responder);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), message), { maxLength: 8 }), async (all) => {
        for (const [secured, bytes] of all) {
          const feature = secured ? responder.secured : responder.cma;
          const answer = await feature.handle(bytes, call);
          expect(answer === undefined || answer.length >= 4).to.equal(true);
        }
        await works(requester);
      }),
      { seed, numRuns: 1000 },
    );
  });

  it('spdm fuzz: random requests on a connection are answered, refused in its version, and do not stop it (DSP0274 1.2, ERROR)', async () => {
    const { responder } = await makeDevice();
    await fc.assert(
      fc.asyncProperty(version, fc.array(message, { maxLength: 8 }), async (spoken, all) => {
        const requester = new RawRequester(responder, spoken);
        await requester.connect();
        for (const bytes of all) {
          bytes[0] = spoken;
          const answer = Buffer.from((await responder.cma.handle(bytes, call)) ?? []);
          expect(answer.length).to.be.at.least(4);
          expect([spoken, 0x10]).to.include(answer[0]);
        }
        await works(requester);
      }),
      { seed, numRuns: 400 },
    );
  });

  it('spdm fuzz: conversations with one message spoiled, inside of sessions too, never throw and never hang (DSP0274 1.2)', async () => {
    const { responder } = await makeDevice();
    await fc.assert(
      fc.asyncProperty(version, spoil, async (spoken, wrong) => {
        await converse(responder, new RawRequester(responder, spoken), wrong);
        await works(new RawRequester(responder));
      }),
      { seed, numRuns: 150 },
    );
  }).timeout(60_000);

  it('spdm fuzz: random messages, well sealed, are answered within the session (DSP0274 1.2, section 11)', async () => {
    const { responder } = await makeDevice();
    const requester = new RawRequester(responder);
    await requester.connect();
    const chain = await requester.chain(0);
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 10 }), async (all) => {
        const session = new RawSession(responder, requester);
        await session.exchange(chain);
        await session.finish();
        for (const bytes of all.filter(([, code]) => code !== 0xe9)) {
          const answer = await session.sendBytes(bytes);
          expect(answer[0]).to.equal(0x12);
          if (answer[1] === 0x6c) {
            return;
          }
        }
        expect((await session.send(0xec, 0, 0))[1]).to.equal(0x6c);
      }),
      { seed, numRuns: 120 },
    );
  }).timeout(60_000);

  async function works(requester: RawRequester): Promise<void> {
    expect((await requester.getVersion()).toString('hex')).to.equal('1004000000040010001100120013');
  }

  type Spoil = typeof spoil extends fc.Arbitrary<infer T> ? T : never;

  /** The whole of an attestation and a session; the message of the number is another. */
  async function converse(
    responder: SpdmResponder,
    requester: RawRequester,
    { message: number, at, flip, length }: Spoil,
  ): Promise<void> {
    let count = 0;
    const spoiled = (bytes: Buffer): Buffer => {
      count += 1;
      if (count - 1 !== number) {
        return bytes;
      }
      const other = Buffer.from(bytes.subarray(0, length));
      if (other.length > 0) {
        other[at % other.length] = (other[at % other.length] ?? 0) ^ flip;
      }
      return other;
    };
    const say = async (bytes: Buffer): Promise<Buffer> => requester.sendBytes(spoiled(bytes));
    await say(Buffer.of(0x10, 0x84, 0, 0));
    await say(requester.getCapabilitiesRequest());
    await say(requester.algorithmsRequest());
    await say(requester.message(0x81, 0, 0));
    await say(requester.message(0x82, 0, 0, u16(0), u16(0x400)));
    await say(requester.message(0x83, 0, 0xff, nonce(1)));
    await say(requester.message(0xe0, 0, 0));
    await say(requester.message(0xe0, 1, 0xff, nonce(1), 0));
    await say(new RawSession(responder, requester).keyExchangeRequest(Buffer.alloc(96, 3)));
    await requester.connect();
    if (requester.version > 0x10) {
      const session = new RawSession(responder, requester);
      await session.exchange(await requester.chain(0));
      await session.ask(spoiled(session.seal(session.finishRequest())));
      await session.ask(spoiled(session.seal(requester.message(0xe8, 0, 0))));
    }
  }
});
