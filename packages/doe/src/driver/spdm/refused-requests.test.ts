import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { SpdmResponderOptions } from './options.js';
import { fixedMeasurements, type Measurement } from './measurement-source.js';
import { SpdmResponder } from './responder.js';
import { identityOf, makeDevice, measurements } from './device.test-support.js';
import { nonce, padded, RawRequester, u16, u32 } from './raw-requester.test-support.js';
import { RawSession } from './raw-session.test-support.js';
import {
  connected,
  exchanged,
  hex,
  later,
  refused,
  requesterOf,
  responderOf,
  versions,
} from './refused.test-support.js';

const BAD_SLOTS = [1, 3, 7, 8, 9, 0xf, 0xff];

describe('spdm responder: what is refused after that', () => {
  it('spdm slots refused: without a chain, InvalidRequest in GET_CERTIFICATE, CHALLENGE, signed GET_MEASUREMENTS and KEY_EXCHANGE (DSP0274 1.2)', async () => {
    for (const version of versions) {
      const requester = await connected(version);
      const context = version === 0x13 ? [Buffer.alloc(8)] : [];
      const invalid = `${hex(version)}7f0100`;
      for (const slot of BAD_SLOTS) {
        expect(await refused(requester, 0x82, slot, 0, u16(0), u16(0x400))).to.equal(invalid);
        expect(await refused(requester, 0x83, slot, 0, nonce(1), ...context)).to.equal(invalid);
        if (version > 0x10) {
          const measure = [0xe0, 1, 1, nonce(1), slot, ...context];
          expect(await refused(requester, ...measure)).to.equal(invalid);
          expect(await exchanged(requester, { slot })).to.equal(invalid);
        }
      }
    }
  });

  it('spdm summary refused: another type than none, TCB or all, InvalidRequest in CHALLENGE and KEY_EXCHANGE (DSP0274 1.2, MeasurementSummaryHashType)', async () => {
    for (const version of versions) {
      const requester = await connected(version);
      const context = version === 0x13 ? [Buffer.alloc(8)] : [];
      for (const summary of [2, 0x80, 0xfe]) {
        const challenge = [0x83, 0, summary, nonce(1), ...context];
        expect(await refused(requester, ...challenge)).to.equal(`${hex(version)}7f0100`);
        if (version > 0x10) {
          expect(await exchanged(requester, { summary })).to.equal(`${hex(version)}7f0100`);
        }
      }
    }
  });

  it('spdm measurements refused: not negotiated, or not there, and summaries of them (DSP0274 1.2, GET_MEASUREMENTS, MEAS_CAP)', async () => {
    const requester = await connected(0x12, {}, { measurementSpec: 0 });
    expect(await refused(requester, 0x83, 0, 1, nonce(1))).to.equal('127f0100');
    expect(await refused(requester, 0xe0, 0, 0)).to.equal('127f0400');
    expect(await exchanged(requester, { summary: 0xff })).to.equal('127f0100');
    const slots = { 0: await identityOf('p256') };
    const { clock } = await makeDevice();
    const bare = new RawRequester(new SpdmResponder({ slots, clock }), 0x12);
    await bare.connect();
    expect(await refused(bare, 0xe0, 0, 0)).to.equal('127f07e0');
    expect(await refused(bare, 0x83, 0, 0xff, nonce(1))).to.equal('127f0100');
    expect((await bare.send(0x83, 0, 0, nonce(1)))[1]).to.equal(0x03);
  });

  it('spdm certificates refused: beyond the end of the chain, InvalidRequest (DSP0274 1.2, GET_CERTIFICATE, Offset)', async () => {
    const requester = await connected(0x12);
    const { length } = await requester.chain(0);
    for (const offset of [length, length + 1, 0xffff]) {
      expect(await refused(requester, 0x82, 0, 0, u16(offset), u16(0x400))).to.equal('127f0100');
    }
    const last = await requester.send(0x82, 0, 0, u16(length - 1), u16(0x400));
    expect([last.length, last.readUInt16LE(6)]).to.deep.equal([9, 0]);
  });

  it('spdm key exchange refused: opaque data too long, of no version, of no table, a point off the curve, events (DSP0274 1.2, KEY_EXCHANGE)', async () => {
    for (const version of later) {
      const requester = await connected(version);
      const invalid = `${hex(version)}7f0100`;
      const session = new RawSession(await responderOf(), requester);
      const request = session.keyExchangeRequest(Buffer.alloc(96, 1));
      expect((await requester.sendBytes(request)).toString('hex')).to.equal(invalid);
      request.writeUInt16LE(0xffff, 40 + 96);
      expect((await requester.sendBytes(request)).toString('hex')).to.equal(invalid);
      const wrongVersion = session.defaultOpaque();
      const spoiled = Buffer.from(wrongVersion.toString('hex').replace('0011', '0021'), 'hex');
      expect(await exchanged(requester, { opaque: spoiled })).to.equal(invalid);
      expect(await exchanged(requester, { opaque: Buffer.alloc(9, 0xff) })).to.equal(invalid);
      const events = version === 0x13 ? invalid : `${hex(version)}6400`;
      expect((await exchanged(requester, { policy: 2 })).slice(0, events.length)).to.equal(events);
      expect((await exchanged(requester, { policy: 1 })).slice(2, 4)).to.equal('64');
      expect((await exchanged(requester, { opaque: Buffer.alloc(0) })).slice(2, 4)).to.equal('64');
    }
  });

  it('spdm key exchange needs: without one of them not supported, or no general opaque data (DSP0274 1.2, KEY_EXCHANGE, capabilities)', async () => {
    const old = await connected(0x10);
    for (const code of [0xe4, 0xe5, 0xe8, 0xe9, 0xec]) {
      expect(await refused(old, code, 0, 0)).to.equal(`107f07${hex(code)}`);
    }
    for (const flags of [0x6, 0x246, 0x286]) {
      const requester = await connected(0x12, {}, { flags });
      expect(await refused(requester, 0xe4, 0, 0)).to.equal('127f07e4');
    }
    const none = await connected(0x12, { sessions: 0 });
    expect(await refused(none, 0xe4, 0, 0)).to.equal('127f07e4');
    for (const offer of [{ dhe: 0x20 }, { aead: 8 }]) {
      expect(await refused(await connected(0x12, {}, offer), 0xe4, 0, 0)).to.equal('127f07e4');
    }
    const opaque = await connected(0x12, {}, { opaque: 1 });
    expect(await refused(opaque, 0xe4, 0, 0)).to.equal('127f0100');
  });

  it('spdm session required: outside of sessions, before version 1.2 unexpected (DSP0274 1.2, ERROR, SessionRequired)', async () => {
    for (const version of later) {
      const requester = await connected(version);
      for (const code of [0xe5, 0xe8, 0xe9, 0xec]) {
        const error = version === 0x11 ? '0400' : '0b00';
        expect(await refused(requester, code, 1, 0)).to.equal(`${hex(version)}7f${error}`);
      }
    }
  });

  it('spdm unsupported: requests of another kind, UnsupportedRequest with their code (DSP0274 1.2, ERROR, UnsupportedRequest)', async () => {
    const fresh = await requesterOf(0x12);
    expect(await refused(fresh, 0x99, 0, 0)).to.equal('107f0799');
    const requester = await connected(0x12);
    for (const code of [0x00, 0x01, 0x7f, 0x85, 0x86, 0xe6, 0xe7, 0xea, 0xeb, 0xed, 0xfe, 0xff]) {
      expect(await refused(requester, code, 0, 0)).to.equal(`127f07${hex(code)}`);
    }
  });

  it('spdm padding: requests cut short, and bytes behind them, InvalidRequest; the zeros of a data object are none of them (PCI Express Base Specification 6.0, section 6.30.1)', async () => {
    const requester = await connected(0x12);
    const challenge = requester.message(0x83, 0, 0, nonce(1));
    for (let length = 4; length < challenge.length - 3; length += 4) {
      const answer = await requester.sendBytes(challenge.subarray(0, length));
      expect(answer.toString('hex')).to.equal('127f0100');
    }
    for (const behind of [Buffer.alloc(4), Buffer.of(0, 0, 0, 1)]) {
      const answer = await requester.sendBytes(Buffer.concat([challenge, behind]));
      expect(answer.toString('hex')).to.equal('127f0100');
    }
    for (const short of [Buffer.alloc(0), Buffer.of(0x12), Buffer.of(0x12, 0x81, 0)]) {
      const { responder } = await makeDevice();
      const call = { signal: new AbortController().signal, at: 0 };
      const answer = await responder.cma.handle(short, call);
      expect(Buffer.from(answer ?? []).toString('hex')).to.equal('107f0100');
    }
    const measure = requester.message(0xe0, 1, 1, nonce(1), 0);
    expect(measure.length % 4).to.equal(1);
    expect((await requester.sendBytes(padded(measure)))[1]).to.equal(0x60);
  });

  it('spdm too large: RequestTooLarge, and ResponseTooLarge with the size (DSP0274 1.2, ERROR)', async () => {
    const requester = await connected(0x12, { maxMessageSize: 1000 });
    const long = Buffer.concat([requester.message(0x83, 0, 0), Buffer.alloc(1000)]);
    expect((await requester.sendBytes(long)).toString('hex')).to.equal('127f0e00');
    const old = await connected(0x11, { maxMessageSize: 1000 });
    long[0] = 0x11;
    expect((await old.sendBytes(long)).toString('hex')).to.equal('117f0100');
    const small = await connected(0x12, {}, { size: 100 });
    const all = await small.send(0xe0, 2, 0xff);
    const size = 42 + measurements.reduce((sum, { value }) => sum + 7 + value.length, 0);
    expect(all.toString('hex')).to.equal(`127f0d00${u32(size).toString('hex')}`);
    expect((await small.send(0xe0, 0, 0))[1]).to.equal(0x60);
  });

  it('spdm transcripts: a requester that reads for ever is stopped, and GET_DIGESTS begins anew (own rule)', async () => {
    const requester = await connected(0x12);
    const request = requester.message(0x82, 0, 0, u16(0), u16(0xffff));
    let answers = 0;
    let answer = await requester.sendBytes(request);
    for (; answer[1] === 0x02; answers += 1) {
      answer = await requester.sendBytes(request);
    }
    expect(answer.toString('hex')).to.equal('127f0500');
    expect(answers).to.be.within(500, 2000);
    await requester.send(0x81, 0, 0);
    expect((await requester.sendBytes(request))[1]).to.equal(0x02);
  });

  it('spdm measurements failed: Unspecified, and the connection goes on (DSP0274 1.2, ERROR, Unspecified)', async () => {
    for (const measure of [
      (): never => {
        throw new Error('sensor');
      },
      (): Promise<never> => Promise.reject(new Error('sensor')),
    ]) {
      const requester = await connected(0x12, { measurements: { measure } });
      expect(await refused(requester, 0xe0, 0, 1)).to.equal('127f0500');
      expect(await refused(requester, 0x83, 0, 0xff, nonce(1))).to.equal('127f0500');
      expect((await requester.send(0x83, 0, 0, nonce(1)))[1]).to.equal(0x03);
    }
  });

  it('spdm options: those that no responder can have, RangeError (own rule)', async () => {
    const slots = { 0: await identityOf('p256') };
    const { clock } = await makeDevice();
    const wrong: readonly Partial<SpdmResponderOptions>[] = [
      { slots: {} },
      { versions: [] },
      { hashes: [] },
      { hashes: ['md5' as never] },
      { sessions: -1 },
      { sessions: 0x1_0000 },
      { heartbeat: 256 },
      { maxMessageSize: 41 },
      { maxMessageSize: 99.5 },
    ];
    for (const options of wrong) {
      expect(() => new SpdmResponder({ slots, clock, ...options })).to.throw(RangeError);
    }
  });

  it('spdm options: chains that no slot has room for, with any hash, RangeError when it is made (DSP0274 1.2, section 10.8, Length) (bug; B11)', async () => {
    const identity = await identityOf('p256');
    const { clock } = await makeDevice();
    const room = 0xffff - 4 - 48 - identity.chain.reduce((sum, { length }) => sum + length, 0);
    const chained = (more: number): Pick<SpdmResponderOptions, 'slots' | 'clock'> => {
      const [root = new Uint8Array(), ...rest] = identity.chain;
      return { slots: { 0: { ...identity, chain: [root, new Uint8Array(more), ...rest] } }, clock };
    };
    expect(() => new SpdmResponder({ ...chained(room + 1) })).to.throw(RangeError);
    expect(() => new SpdmResponder({ ...chained(room) })).to.throw(RangeError);
    const hashes = ['sha256', 'sha384'] as const;
    expect(() => new SpdmResponder({ ...chained(room + 1), hashes })).to.throw(RangeError);
    expect(new SpdmResponder({ ...chained(room), hashes })).to.be.instanceOf(SpdmResponder);
  });

  it('spdm options: measurements with an index twice, or none there is, a type or value without room, RangeError when they are made (DSP0274 1.2, Measurement block) (bug; B11)', () => {
    const one: Measurement = { index: 1, type: 1, value: Buffer.alloc(1) };
    for (const wrong of [
      [one, { ...one, index: 2 }, one],
      [{ ...one, index: 0 }],
      [{ ...one, index: 255 }],
      [{ ...one, index: 1.5 }],
      [{ ...one, type: 0x80 }],
      [{ ...one, type: -1 }],
      [{ ...one, value: Buffer.alloc(0xffff - 2) }],
    ]) {
      expect(() => fixedMeasurements(wrong)).to.throw(RangeError);
    }
    const most = { index: 254, type: 0x7f, value: Buffer.alloc(0xffff - 3) };
    expect(fixedMeasurements([one, most]).measure()).to.deep.equal([one, most]);
  });
});
