import { expect } from 'chai';
import { describe, it } from 'mocha';
import { measurements } from './device.test-support.js';
import { established, open } from './opened.test-support.js';
import { nonce, u16, type Offer, type Version } from './raw-requester.test-support.js';
import { RawSession } from './raw-session.test-support.js';
import { isSigned } from './signature.test-support.js';

const versions: readonly Version[] = [0x11, 0x12, 0x13];

describe('spdm responder: sessions', () => {
  for (const version of versions) {
    for (const summary of [0, 1, 0xff]) {
      it(`spdm key exchange: version 1.${version & 0xf}, summary ${summary}, signature, code and session are right (DSP0274 1.2, KEY_EXCHANGE_RSP, FINISH; openssl-dgst(1))`, async () => {
        const { session, chain, requester } = await open({ version, summary });
        const { response, signature } = session;
        expect(response.subarray(0, 3)).to.deep.equal(Buffer.of(version, 0x64, 0));
        expect([response[6], response[7]]).to.deep.equal([0, 0]);
        const opaque = version === 0x11 ? '46544d4401010000' : '01000000';
        const at = 40 + 96 + (summary === 0 ? 0 : requester.hashSize) + 2;
        expect(session.unsigned.subarray(at).toString('hex')).to.equal(`${opaque}0000040001000011`);
        const key = requester.leafKey(chain);
        const transcript = session.signedTranscript(chain);
        const signed = { key, transcript, signature };
        expect(isSigned(requester, 'key_exchange_rsp', signed)).to.equal(true);
        expect(session.verified).to.equal(true);
        expect(await session.finish()).to.deep.equal(Buffer.of(version, 0x65, 0, 0));
        expect(await session.send(0xe8, 0, 0)).to.deep.equal(Buffer.of(version, 0x68, 0, 0));
      });
    }
  }

  const suites: readonly Offer[] = [
    { dhe: 8, aead: 1, hash: 1 },
    { dhe: 8, aead: 2, hash: 4 },
    { dhe: 0x10, aead: 4, hash: 2 },
    { dhe: 0x10, aead: 1, hash: 4 },
  ];
  for (const offer of suites) {
    it(`spdm session suites: group ${offer.dhe}, cipher ${offer.aead}, hash ${offer.hash}, opens and answers (DSP0274 1.2, Key schedule; DSP0277 1.1)`, async () => {
      const { session } = await established({ offer });
      for (let time = 0; time < 3; time += 1) {
        expect((await session.send(0xe8, 0, 0))[1]).to.equal(0x68);
      }
    });
  }

  it('spdm session requests: digests, certificates and signed measurements inside (DSP0274 1.2, MEASUREMENTS, L1/L2)', async () => {
    const { session, requester, chain } = await established();
    const digests = await session.send(0x81, 0, 0);
    expect(digests.subarray(4, 4 + requester.hashSize)).to.deep.equal(requester.digest(chain));
    const certificate = await session.send(0x82, 0, 0, u16(0), u16(0xffff));
    expect(certificate.subarray(8)).to.deep.equal(chain);
    const first = requester.message(0xe0, 0, 1);
    const heard = [first, await session.sendBytes(first)];
    expect((await requester.send(0xe0, 0, 2))[1]).to.equal(0x60);
    const request = requester.message(0xe0, 1, 0xff, nonce(4), 0);
    const response = await session.sendBytes(request);
    const body = response.subarray(0, response.length - requester.signatureSize);
    const signature = response.subarray(body.length);
    const transcript = Buffer.concat([...requester.a, ...heard, request, body]);
    const key = requester.leafKey(chain);
    expect(response[4]).to.equal(measurements.length);
    expect(isSigned(requester, 'measurements', { key, transcript, signature })).to.equal(true);
  });

  it('spdm session transcripts: what is said inside is no part of a challenge outside, but GET_DIGESTS inside begins B anew (DSP0274 1.2, CHALLENGE_AUTH, M1/M2; libspdm library/spdm_common_lib, libspdm_reset_message_buffer_via_request_code) (bug; B9)', async () => {
    for (const version of versions) {
      for (const inside of [
        [0x82, 0, 0, u16(0), u16(50)],
        [0x81, 0, 0],
      ]) {
        const { session, requester, chain } = await established({ version });
        const context = version === 0x13 ? [Buffer.alloc(8, 9)] : [];
        await requester.send(0x83, 0, 0, nonce(1), ...context);
        const digests = requester.message(0x81, 0, 0);
        const heard = [digests, await requester.sendBytes(digests)];
        expect((await session.send(...inside))[1]).to.be.oneOf([0x01, 0x02]);
        const request = requester.message(0x83, 0, 0, nonce(2), ...context);
        const response = await requester.sendBytes(request);
        const body = response.subarray(0, response.length - requester.signatureSize);
        const signature = response.subarray(body.length);
        const before = inside[0] === 0x81 ? [] : heard;
        const transcript = Buffer.concat([...requester.a, ...before, request, body]);
        const signed = { key: requester.leafKey(chain), transcript, signature };
        expect(isSigned(requester, 'challenge_auth', signed)).to.equal(true);
      }
    }
  });

  it('spdm key update: the requester alone, then both, verified each time (DSP0274 1.2, KEY_UPDATE)', async () => {
    const { session } = await established();
    for (const operation of [1, 2, 2, 1]) {
      const record = session.seal(session.requester.message(0xe9, operation, 0x11));
      const answer = await session.ask(record);
      session.updateRequest();
      if (operation === 2) session.updateResponse();
      const [, code, param1, param2] = session.open(answer ?? Buffer.alloc(0));
      expect([code, param1, param2]).to.deep.equal([0x69, operation, 0x11]);
      const verified = await session.send(0xe9, 3, 0x22);
      expect(verified.subarray(1)).to.deep.equal(Buffer.of(0x69, 3, 0x22));
      expect((await session.send(0xe8, 0, 0))[1]).to.equal(0x68);
    }
  });

  it('spdm key update refused: out of order, or of another kind, and the session goes on (DSP0274 1.2, KEY_UPDATE)', async () => {
    const { session } = await established();
    for (const operation of [0, 3, 4, 0xff]) {
      expect((await session.send(0xe9, operation, 1)).toString('hex')).to.equal('127f0100');
    }
    expect((await session.send(0xe9, 1, 1))[1]).to.equal(0x69);
    session.updateRequest();
    for (const operation of [1, 2]) {
      expect((await session.send(0xe9, operation, 2)).toString('hex')).to.equal('127f0100');
    }
    expect((await session.send(0xe9, 3, 1))[1]).to.equal(0x69);
  });

  it('spdm key update: a record under the old key ends the session (DSP0274 1.2, KEY_UPDATE; ERROR, DecryptError)', async () => {
    const { session } = await established();
    expect((await session.send(0xe9, 1, 1))[1]).to.equal(0x69);
    expect((await session.send(0xe8, 0, 0)).toString('hex')).to.equal('127f0600');
    expect(await session.ask(session.seal(Buffer.of(0x12, 0xe8, 0, 0)))).to.equal(undefined);
  });

  it('spdm end session: acknowledged inside, then there is none (DSP0274 1.2, END_SESSION)', async () => {
    const { session } = await established();
    expect(await session.send(0xec, 1, 0)).to.deep.equal(Buffer.of(0x12, 0x6c, 0, 0));
    expect(await session.ask(session.seal(Buffer.of(0x12, 0xe8, 0, 0)))).to.equal(undefined);
  });

  it('spdm session limit: four, each by itself, and no fifth until one ends (DSP0274 1.2, ERROR, SessionLimitExceeded)', async () => {
    const { device, requester, chain, session } = await established();
    const sessions = [session];
    for (let number = 1; number < 4; number += 1) {
      const next = new RawSession(device.responder, requester);
      expect(await next.exchange(chain, { sessionId: number })).to.equal(true);
      expect((await next.finish())[1]).to.equal(0x65);
      sessions.push(next);
    }
    expect(new Set(sessions.map(({ id }) => id >>> 16)).size).to.equal(4);
    for (const one of [...sessions, ...sessions.reverse()]) {
      expect((await one.send(0xe8, 0, 0))[1]).to.equal(0x68);
    }
    const fifth = new RawSession(device.responder, requester);
    expect(await fifth.exchange(chain)).to.equal(false);
    expect(fifth.response.toString('hex')).to.equal('127f0a00');
    expect((await sessions[1]?.send(0xec, 0, 0))?.[1]).to.equal(0x6c);
    expect(await fifth.exchange(chain)).to.equal(true);
    expect((await fifth.finish())[1]).to.equal(0x65);
    expect((await sessions[2]?.send(0xe8, 0, 0))?.[1]).to.equal(0x68);
  });

  it('spdm heartbeat: a session dies after two periods without a word, and lives on with any (DSP0274 1.2, HEARTBEAT)', async () => {
    const { session, device } = await established({ heartbeat: 10 });
    expect(session.response[2]).to.equal(10);
    for (const code of [0xe8, 0x81, 0xe8]) {
      device.clock.advance(20_000);
      expect((await session.send(code, 0, 0))[1]).to.equal(code === 0xe8 ? 0x68 : 0x01);
    }
    device.clock.advance(20_001);
    expect(await session.ask(session.seal(Buffer.of(0x12, 0xe8, 0, 0)))).to.equal(undefined);
    expect(device.clock.pendingCount).to.equal(0);
  });

  it('spdm heartbeat: a refused request is a word as well (DSP0274 1.2, HEARTBEAT)', async () => {
    const { session, device } = await established({ heartbeat: 1 });
    device.clock.advance(2000);
    expect((await session.send(0x83, 0, 0))[1]).to.equal(0x7f);
    device.clock.advance(2000);
    expect((await session.send(0xe8, 0, 0))[1]).to.equal(0x68);
  });

  it('spdm too large: a response that no record has room for, and the session goes on (DSP0277 1.1, length of a record)', async () => {
    const { session, device, requester } = await established();
    const largest = 0xffff - 18 - 42 - 7;
    device.list = [{ index: 1, type: 1, value: Buffer.alloc(largest, 1) }];
    expect((await session.send(0xe0, 2, 0xff)).length).to.equal(0xffff - 18);
    device.list = [{ index: 1, type: 1, value: Buffer.alloc(largest + 1, 1) }];
    expect((await session.send(0xe0, 2, 0xff)).toString('hex')).to.equal('127f0d00eeff0000');
    expect((await requester.send(0xe0, 2, 0xff))[1]).to.equal(0x60);
    expect((await session.send(0xe8, 0, 0))[1]).to.equal(0x68);
  });

  it('spdm heartbeat: none is asked of a requester that has none, which gets no answer to one either (DSP0274 1.2, HBEAT_CAP, KEY_UPD_CAP)', async () => {
    const { session, device } = await established({ heartbeat: 10, offer: { flags: 0x2c6 } });
    expect(session.response[2]).to.equal(0);
    device.clock.advance(1_000_000);
    expect((await session.send(0xe8, 0, 0)).toString('hex')).to.equal('127f07e8');
    expect((await session.send(0xe9, 1, 0)).toString('hex')).to.equal('127f07e9');
    expect((await session.send(0x81, 0, 0))[1]).to.equal(0x01);
  });

  it('spdm handshake limit: those that nobody ends hold no place for ever (own rule)', async () => {
    const { device, requester, chain, session } = await open();
    for (let number = 1; number < 4; number += 1) {
      const next = new RawSession(device.responder, requester);
      expect(await next.exchange(chain, { sessionId: number })).to.equal(true);
    }
    const late = new RawSession(device.responder, requester);
    expect(await late.exchange(chain)).to.equal(false);
    device.clock.advance(60_001);
    expect(await late.exchange(chain)).to.equal(true);
    expect(await session.ask(session.seal(session.finishRequest()))).to.equal(undefined);
  });

  it('spdm decrypt error: a record changed, replayed, cut or of nobody, the session ends with its last message, or nothing is said (DSP0274 1.2, ERROR, DecryptError; DSP0277 1.1)', async () => {
    const spoils: readonly ((record: Buffer) => void)[] = [
      (record) => (record[7] = (record[7] ?? 0) ^ 1),
      (record) => (record[record.length - 1] = (record.at(-1) ?? 0) ^ 0x80),
      (record) => record.writeUInt16LE(5, 4),
      (record) => record.writeUInt16LE(0xffff, 4),
    ];
    for (const spoil of spoils) {
      const { session } = await established();
      const record = session.seal(Buffer.of(0x12, 0xe8, 0, 0));
      spoil(record);
      const answer = await session.ask(record);
      expect(session.open(answer ?? Buffer.alloc(0)).toString('hex')).to.equal('127f0600');
      expect(await session.ask(session.seal(Buffer.of(0x12, 0xe8, 0, 0)))).to.equal(undefined);
    }
    const { session } = await established();
    const record = session.seal(Buffer.of(0x12, 0xe8, 0, 0));
    session.open((await session.ask(record)) ?? Buffer.alloc(0));
    const stranger = Buffer.from(record);
    stranger.writeUInt32LE((session.id ^ 1) >>> 0, 0);
    for (const none of [stranger, Buffer.alloc(0), Buffer.alloc(4)]) {
      expect(await session.ask(none)).to.equal(undefined);
    }
    const replayed = session.open((await session.ask(record)) ?? Buffer.alloc(0));
    expect(replayed.toString('hex')).to.equal('127f0600');
  });

  it('spdm decrypt error: FINISH with a wrong code, and the session is over (DSP0274 1.2, FINISH)', async () => {
    const { session } = await open();
    const request = session.finishRequest();
    request[10] = (request[10] ?? 0) ^ 1;
    expect((await session.finish(request)).toString('hex')).to.equal('127f0600');
    expect(await session.ask(session.seal(session.finishRequest()))).to.equal(undefined);
  });

  it('spdm handshake phase: only FINISH may come, everything else is unexpected and does no harm (DSP0274 1.2, section 11, session phases)', async () => {
    const { session, requester } = await open();
    const early = [0x81, 0x82, 0xe0, 0xe8, 0xe9, 0xec, 0x84, 0x83, 0xe1, 0xe3, 0xe4];
    for (const code of early) {
      expect((await session.send(code, 0, 0)).toString('hex')).to.equal('127f0400');
    }
    expect((await session.send(0x99, 0, 0)).toString('hex')).to.equal('127f0799');
    for (const version of [0x11, 0x13]) {
      const request = session.finishRequest();
      request[0] = version;
      expect((await session.finish(request)).toString('hex')).to.equal('127f4100');
    }
    const code = Buffer.alloc(requester.hashSize);
    for (const slot of [0, 1, 7, 8, 0xff]) {
      expect((await session.send(0xe5, 1, slot, code)).toString('hex')).to.equal('127f0100');
    }
    expect((await session.send(0xe5, 0, 0)).toString('hex')).to.equal('127f0100');
    expect((await session.finish())[1]).to.equal(0x65);
  });

  it('spdm session phase: what makes connections or sessions is unexpected inside (DSP0274 1.2, section 11, session phases)', async () => {
    const { session } = await established();
    for (const code of [0x84, 0xe1, 0xe3, 0x83, 0xe4, 0xe5]) {
      expect((await session.send(code, 0, 0)).toString('hex')).to.equal('127f0400');
    }
    for (const code of [0xe6, 0xea, 0xfe, 0xff, 0x85, 0x00, 0x7f]) {
      const hex = code.toString(16).padStart(2, '0');
      expect((await session.send(code, 0, 0)).toString('hex')).to.equal(`127f07${hex}`);
    }
    for (const short of [Buffer.alloc(0), Buffer.of(0x12), Buffer.of(0x12, 0xe8, 0)]) {
      expect((await session.sendBytes(short)).toString('hex')).to.equal('127f0100');
    }
    expect((await session.send(0xe8, 0, 0))[1]).to.equal(0x68);
  });

  it('spdm version: GET_VERSION outside ends every session (DSP0274 1.2, GET_VERSION)', async () => {
    const { session, requester } = await established();
    await requester.getVersion();
    expect(await session.ask(session.seal(Buffer.of(0x12, 0xe8, 0, 0)))).to.equal(undefined);
  });
});
