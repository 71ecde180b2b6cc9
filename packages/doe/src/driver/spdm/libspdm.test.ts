import { expect } from 'chai';
import { describe, it } from 'mocha';
import { makeDevice, measurements } from './device.test-support.js';
import {
  nonce,
  RawRequester,
  u16,
  type Offer,
  type Version,
} from './raw-requester.test-support.js';
import { RawSession } from './raw-session.test-support.js';
import { isSigned } from './signature.test-support.js';

/*
 * What the requester of libspdm offers and asks when nobody tells it otherwise (DMTF/spdm-emu spdm_emu/spdm_emu_common/support.c;
 * libspdm library/spdm_requester_lib), by a requester that has no line of the responder's.
 */

/** CERT, CHAL, ENCRYPT, MAC, MUT_AUTH, KEY_EX, PSK, ENCAP, HBEAT, KEY_UPD, HANDSHAKE_IN_THE_CLEAR. */
const DEFAULT_FLAGS = 0xf7c6;
const DEFAULTS: Offer = {
  ...{ flags: DEFAULT_FLAGS, size: 0x1200, asym: 0x90, hash: 0x3 },
  ...{ dhe: 0x1b, aead: 0x6, requesterAsym: 0xf, logs: 1 },
};
/** Secured messages 1.0, 1.1 and 1.2. */
const VERSIONS = '0000' + '0900' + '010103' + '001000110012' + '000000';

const versions: readonly Version[] = [0x10, 0x11, 0x12, 0x13];

describe('spdm responder: the default offers of libspdm', () => {
  for (const version of versions) {
    it(`spdm libspdm attestation: version 1.${version & 0xf}, chain, challenge and each measurement by its index, twice over (libspdm library/spdm_requester_lib; DSP0274 1.3)`, async () => {
      const talk = await begin(version);
      for (const summary of [0xff, 0]) {
        await talk.authenticate(summary);
        await talk.measureEach(talk.outside);
        await talk.measureAll(talk.outside, 1);
        await talk.measureAll(talk.outside, version >= 0x12 ? 3 : 1);
      }
    });
  }

  for (const version of versions.slice(1)) {
    for (const period of [0, 2]) {
      it(`spdm libspdm session: version 1.${version & 0xf}, heartbeat of ${period} s, measurements, both key updates and an end, twice (libspdm library/spdm_requester_lib; DSP0274 1.3; DSP0277 1.1)`, async () => {
        const talk = await begin(version, period);
        await talk.authenticate(0xff);
        for (const sessionId of [0xfffe, 0xfffd]) {
          const session = await talk.session(sessionId);
          expect(session.response[2]).to.equal(period);
          const inside: Port = async (message) => session.sendBytes(message);
          talk.clock.advance(period * 1000);
          expect((await session.send(0xe8, 0, 0))[1]).to.equal(0x68);
          await talk.measureEach(inside);
          await talk.update(session, 2);
          await talk.measureAll(inside, 1);
          talk.clock.advance(period * 1000);
          await talk.update(session, 1);
          expect((await session.send(0x81, 0, 0))[1]).to.equal(0x01);
          expect((await session.send(0x82, 0, 0, u16(0), u16(500)))[1]).to.equal(0x02);
          expect((await session.send(0xec, 0, 0))[1]).to.equal(0x6c);
        }
        await talk.authenticate(1);
      });
    }
  }
});

/** Takes a message outside of sessions, or in one. */
type Port = (message: Buffer) => Promise<Buffer>;

async function begin(version: Version, heartbeat = 0): Promise<Talk> {
  const { responder, clock } = await makeDevice({ heartbeat });
  const requester = new RawRequester(responder, version);
  const answer = await requester.connect(DEFAULTS);
  const types: number[] = [];
  for (let at = 36; at < answer.length; at += 4) types.push(answer[at] ?? 0);
  expect(types).to.deep.equal(version === 0x10 ? [] : [2, 3, 5]);
  expect(requester.hash).to.equal('sha384');
  const chain = await requester.chain(0, 0x400);
  const open = async (sessionId: number): Promise<RawSession> => {
    const session = new RawSession(responder, requester);
    const head = version >= 0x12 ? '01000000' : '46544d4401010000';
    const opaque = Buffer.from(head + VERSIONS, 'hex');
    expect(await session.exchange(chain, { summary: 0xff, sessionId, opaque })).to.equal(true);
    expect(session.verified).to.equal(true);
    const transcript = session.signedTranscript(chain);
    const signed = { key: requester.leafKey(chain), transcript, signature: session.signature };
    expect(isSigned(requester, 'key_exchange_rsp', signed)).to.equal(true);
    expect((await session.finish())[1]).to.equal(0x65);
    return session;
  };
  return new Talk(requester, chain, open, clock);
}

class Talk {
  readonly outside: Port = async (message) => this.#requester.sendBytes(message);
  readonly #requester: RawRequester;
  readonly #chain: Buffer;
  readonly session: (sessionId: number) => Promise<RawSession>;
  readonly clock: { advance(ms: number): void };

  constructor(
    requester: RawRequester,
    chain: Buffer,
    session: Talk['session'],
    clock: Talk['clock'],
  ) {
    this.#requester = requester;
    this.#chain = chain;
    this.session = session;
    this.clock = clock;
  }

  /** GET_DIGESTS, GET_CERTIFICATE in portions, CHALLENGE. */
  async authenticate(summary: number): Promise<void> {
    const requester = this.#requester;
    const digests = requester.message(0x81, 0, 0);
    const heard = [digests, await requester.sendBytes(digests)];
    expect(await requester.chain(0, 0x400, heard)).to.deep.equal(this.#chain);
    const request = requester.message(0x83, 0, summary, nonce(1), ...this.#context());
    const response = await requester.sendBytes(request);
    expect(response[1]).to.equal(0x03);
    this.#check('challenge_auth', [...requester.a, ...heard, request], response);
  }

  /** How many, then index after index until all are there: an index that there is not begins the row anew. */
  async measureEach(port: Port): Promise<void> {
    const requester = this.#requester;
    const count = requester.message(0xe0, 0, 0, ...this.#context());
    const counted = await port(count);
    let row = [count, counted];
    let left = counted[2] ?? 0;
    expect(left).to.equal(measurements.length);
    for (let index = 1; index < 0xff && left > 0; index += 1) {
      const last = left === 1;
      const request = this.#measure(last ? 1 : 0, index);
      const response = await port(request);
      if (response[1] === 0x7f) {
        expect(response.subarray(1)).to.deep.equal(Buffer.of(0x7f, 1, 0));
        row = [];
        continue;
      }
      left -= 1;
      expect([response[1], response[4]]).to.deep.equal([0x60, 1]);
      if (last) this.#checkRow([...row, request], response);
      row.push(request, response);
    }
    expect(left).to.equal(0);
  }

  async measureAll(port: Port, attributes: number): Promise<void> {
    const request = this.#measure(attributes, 0xff);
    const response = await port(request);
    expect([response[1], response[4]]).to.deep.equal([0x60, measurements.length]);
    this.#checkRow([request], response);
  }

  /** UPDATE_KEY or UPDATE_ALL_KEYS, verified. */
  async update(session: RawSession, operation: 1 | 2): Promise<void> {
    const answer = await session.ask(session.seal(this.#requester.message(0xe9, operation, 7)));
    session.updateRequest();
    if (operation === 2) session.updateResponse();
    const acknowledged = session.open(answer ?? Buffer.alloc(0));
    expect(acknowledged.subarray(1)).to.deep.equal(Buffer.of(0x69, operation, 7));
    expect((await session.send(0xe9, 3, 8)).subarray(1)).to.deep.equal(Buffer.of(0x69, 3, 8));
  }

  #measure(attributes: number, index: number): Buffer {
    const signed = (attributes & 1) !== 0;
    const slot = signed && this.#requester.version >= 0x11 ? [0] : [];
    const asked = signed ? [nonce(index), ...slot] : [];
    return this.#requester.message(0xe0, attributes, index, ...asked, ...this.#context());
  }

  #checkRow(row: readonly Buffer[], response: Buffer): void {
    const before = this.#requester.version >= 0x12 ? this.#requester.a : [];
    this.#check('measurements', [...before, ...row], response);
  }

  /** The signature at the end of a response, over what was said before and the response without it. */
  #check(use: string, before: readonly Buffer[], response: Buffer): void {
    const requester = this.#requester;
    const body = response.subarray(0, response.length - requester.signatureSize);
    const transcript = Buffer.concat([...before, body]);
    const signed = { key: requester.leafKey(this.#chain), transcript };
    const signature = response.subarray(body.length);
    expect(isSigned(requester, use, { ...signed, signature })).to.equal(true);
  }

  #context(): Buffer[] {
    return this.#requester.version >= 0x13 ? [Buffer.alloc(8, 5)] : [];
  }
}
