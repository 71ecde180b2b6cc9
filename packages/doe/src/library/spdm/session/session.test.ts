import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { randomBytes } from 'node:crypto';
import { commonChain, goodDevice, SESSION_FLAGS } from '../device.test-support.js';
import { NOW } from '../certificates.test-support.js';
import { SpdmRequester, type DeviceIdentity, type SpdmSession } from '../index.js';
import type { DeviceScript, ScriptedDevice } from '../scripted-device.test-support.js';

interface Bench {
  readonly device: ScriptedDevice;
  readonly requester: SpdmRequester;
  readonly identity: DeviceIdentity;
  readonly session: SpdmSession;
}

async function bench(script: Partial<DeviceScript> = {}): Promise<Bench> {
  const device = await goodDevice({ versions: [0x12], ...script });
  const { root } = await commonChain();
  const requester = await SpdmRequester.connect(device);
  const identity = await requester.identify(0, { roots: [root.der], now: NOW });
  return { device, requester, identity, session: await requester.openSession(identity) };
}

const ENDED = 'ENOTCONN doe.spdm-session-ended';

describe('spdm session (DSP0274 1.3, Session; DSP0277 1.1)', () => {
  it('spdm requester session: digests, the chain, measurements and heartbeats in it (DSP0274 1.3, GET_DIGESTS .. HEARTBEAT)', async () => {
    for (const versions of [[0x11], [0x12], [0x13]]) {
      const { device, identity, session } = await bench({ versions });
      await using _ = session;
      expect((await session.digests()).digests.get(0)).to.deep.equal(identity.chainHash);
      expect(await session.certificateChain(0)).to.deep.equal(identity.chain);
      expect((await session.measurements({ which: 'count' })).count).to.equal(3);
      expect((await session.measurements({ which: 2 })).blocks).to.have.length(1);
      const { blocks, isSigned } = await session.measurements({ signer: identity });
      expect([blocks.length, isSigned]).to.deep.equal([3, true]);
      await session.heartbeat();
      expect(device.asked.at(-1)).to.equal(0xe8);
    }
  });

  it('spdm requester session: what is said in it is no part of a challenge outside, which GET_DIGESTS begins again (bug; DSP0274 1.3, CHALLENGE_AUTH, M1)', async () => {
    const { requester, identity, session } = await bench();
    await using _ = session;
    const challenged = async () => settled(requester.challenge(identity));
    await requester.digests();
    await session.digests();
    await session.certificateChain(0);
    expect(await challenged()).to.include.keys('nonce');
    await requester.digests();
    await requester.digests();
    await requester.measurements();
    await session.heartbeat();
    expect(await challenged(), 'after a challenge they are kept').to.include.keys('nonce');

    await requester.digests();
    await requester.certificateChain(0);
    await session.digests();
    expect(await challenged(), 'digests begin again, inside too').to.include.keys('nonce');

    const other = await bench();
    await using _other = other.session;
    await other.requester.digests();
    await other.session.heartbeat();
    const given = settled(other.requester.challenge(other.identity));
    expect(await given, 'before one they are given up').to.include.keys('nonce');
  });

  it('spdm requester session: a record may look like an ERROR of the session id, and is none (own rule)', async () => {
    const device = await goodDevice();
    const { root } = await commonChain();
    const requester = await SpdmRequester.connect(device, {
      random: (size) =>
        size === 2 ? Uint8Array.of(0x7f, 0x13) : new Uint8Array(randomBytes(size)),
    });
    const identity = await requester.identify(0, { roots: [root.der], now: NOW });
    await using session = await requester.openSession(identity);
    expect(session.id & 0xffff).to.equal(0x7f13);
    await session.heartbeat();
  });

  it('spdm requester session: an error of the device does not end it (DSP0274 1.3, ERROR)', async () => {
    const { device, session } = await bench();
    await using _ = session;
    device.instead(0xe8, () => device.error(4), 1);
    expect(await settled(session.heartbeat())).to.equal('EINVAL doe.spdm-error-unexpected-request');
    await session.heartbeat();
    expect(session.alive).to.equal(true);
  });

  it('spdm requester record: one that is changed, repeated or of another moment ends the session (DSP0277 1.1, Sequence numbers)', async () => {
    const records: Buffer[] = [];
    const changes: readonly ((record: Buffer) => Buffer)[] = [
      (record) => (record.set([record[8]! ^ 0x80], 8), record),
      (record) => (record.set([record.at(-1)! ^ 1], record.length - 1), record),
      (record) => (record.set([record[1]! ^ 1], 1), record),
      () => records[0]!,
      () => records[1]!,
    ];
    for (const change of changes) {
      const { device, session } = await bench();
      await using _ = session;
      records.length = 0;
      device.onRecord = (record) => (records.push(record), record);
      await session.heartbeat();
      await session.heartbeat();
      device.onRecord = change;
      expect(await settled(session.heartbeat())).to.equal('EBADMSG doe.spdm-record');
      device.onRecord = undefined;
      expect(await settled(session.heartbeat())).to.equal(ENDED);
      expect(session.alive).to.equal(false);
    }
  });

  it('spdm requester record: an answer that comes before its time does not open (DSP0277 1.1, Sequence numbers)', async () => {
    const { device, session } = await bench();
    await using _ = session;
    await session.heartbeat();
    device.session!.responses.sequence += 1;
    expect(await settled(session.heartbeat())).to.equal('EBADMSG doe.spdm-record');
  });

  it('spdm requester record: lengths in it are believed no further than they reach (DSP0277 1.1, Secured Message format)', async () => {
    for (const length of [0, 17, 0xffff]) {
      const { device, session } = await bench();
      await using _ = session;
      device.onRecord = (record) => (record.writeUInt16LE(length, 4), record);
      expect(await settled(session.heartbeat())).to.equal('EBADMSG doe.spdm-malformed');
    }
  });

  it('spdm requester session: a transport that fails in the middle of it ends it (own rule)', async () => {
    const { device, session } = await bench();
    await using _ = session;
    device.exchange = () => Promise.reject(new Error('broken'));
    let message = '';
    await session.heartbeat().catch((error: unknown) => (message = (error as Error).message));
    expect(message).to.equal('broken');
    expect(await settled(session.digests())).to.equal(ENDED);
  });

  it('spdm requester key update: new keys for requests, and for both directions, again and again (DSP0274 1.3, KEY_UPDATE)', async () => {
    const { device, session } = await bench();
    await using _ = session;
    const secrets = new Set<string>();
    for (const scope of ['requests', 'all', 'all', 'requests'] as const) {
      await session.updateKeys(scope);
      await session.heartbeat();
      secrets.add(device.session!.requests.secret.toString('hex'));
    }
    expect(secrets.size).to.equal(4);
    expect(
      device.requests.filter((request) => request[1] === 0xe9).map((request) => request[2]),
    ).to.deep.equal([1, 3, 2, 3, 2, 3, 1, 3]);
  });

  it('spdm requester key update: one that the device refuses leaves the keys, one that it answers wrongly ends the session (DSP0274 1.3, KEY_UPDATE_ACK)', async () => {
    const { device, session } = await bench();
    await using _ = session;
    for (const scope of ['requests', 'all'] as const) {
      device.instead(0xe9, () => device.error(3), 1).instead(0xe9, () => device.error(7, 0xe9), 1);
      expect(await settled(session.updateKeys(scope))).to.equal(
        'EOPNOTSUPP doe.spdm-error-unsupported',
      );
      await session.heartbeat();
    }
    for (const [at, value] of [
      [2, 3],
      [3, 0],
    ] as const) {
      const other = await bench();
      await using _other = other.session;
      other.device.twist(0xe9, (answer, request) => {
        answer[at] = value === 0 ? (request[3] ?? 0) ^ 1 : value;
        return answer;
      });
      expect(await settled(other.session.updateKeys('requests'))).to.equal(
        'EPROTO doe.spdm-key-update',
      );
      expect(await settled(other.session.heartbeat())).to.equal(ENDED);
    }
  });

  it('spdm requester key update: an acknowledgement with the old keys says that the device did not update them (DSP0274 1.3, KEY_UPDATE, UpdateAllKeys)', async () => {
    const { device, session } = await bench();
    await using _ = session;
    device.instead(0xe9, (request) => Buffer.of(0x12, 0x69, request[2]!, request[3]!));
    expect(await settled(session.updateKeys('all'))).to.equal('EPROTO doe.spdm-key-update');
    expect(session.alive).to.equal(false);
  });

  it('spdm requester session: heartbeats and key updates need their capability (DSP0274 1.3, CAPABILITIES)', async () => {
    const { session } = await bench({ flags: SESSION_FLAGS & ~0x6000 });
    await using _ = session;
    expect(await settled(session.heartbeat())).to.equal('EPROTONOSUPPORT doe.spdm-capability');
    expect(await settled(session.updateKeys())).to.equal('EPROTONOSUPPORT doe.spdm-capability');
  });

  it('spdm requester end: a session ends once, by its end or its disposal, whatever the device says (DSP0274 1.3, END_SESSION)', async () => {
    const first = await bench();
    await first.session.end();
    expect([first.session.alive, first.device.session]).to.deep.equal([false, undefined]);
    expect(await settled(first.session.end())).to.equal(ENDED);
    await first.session[Symbol.asyncDispose]();
    expect(first.device.asked.filter((code) => code === 0xec)).to.have.length(1);

    const second = await bench();
    await second.session[Symbol.asyncDispose]();
    expect([second.session.alive, second.device.session]).to.deep.equal([false, undefined]);

    const third = await bench();
    third.device.instead(0xec, () => third.device.error(5));
    expect(await settled(third.session.end())).to.equal('EIO doe.spdm-error-unspecified');
    expect(third.session.alive).to.equal(false);

    const fourth = await bench();
    fourth.device.onRecord = () => Buffer.alloc(64);
    await fourth.session[Symbol.asyncDispose]();
    expect(fourth.session.alive).to.equal(false);
  });
});
