import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  dheGroups,
  aeadAlgorithms,
  hashAlgorithms,
  handshakeSecrets,
  signatureAlgorithms,
  Transcript,
  updatedSecret,
  type Algorithms,
  type HandshakeSecrets,
  type NegotiatedContext,
  type UpdatedSecret,
  wipeSecrets,
} from '../../abi/spdm/index.js';
import { Connection } from './connection.js';
import { Direction } from './direction.js';
import { established, type Opened } from './opened.test-support.js';
import { RawSession } from './raw-session.test-support.js';
import { invalidRequest } from './refusal.js';
import { Session } from './session.js';
import { discard } from './settle.js';

const [hash] = hashAlgorithms;
const [signature] = signatureAlgorithms;
const [dhe] = dheGroups;
const [, aead] = aeadAlgorithms;

const overs: readonly ((opened: Opened) => unknown)[] = [
  async ({ session }) => session.send(0xec, 0, 0),
  async ({ requester }) => requester.getVersion(),
  ({ device }) => {
    device.responder.secured.reset?.();
  },
  async ({ session }) => {
    const record = session.seal(Buffer.alloc(4));
    record[8] = (record[8] ?? 0) ^ 1;
    return session.ask(record);
  },
  ({ device }) => {
    device.clock.advance(60_001);
  },
];

describe('spdm responder: secrets are wiped', () => {
  it('spdm secrets: those of the handshake, and its transcript, when it is over (DSP0274 1.2, Key schedule; own rule) (bug; B6)', () => {
    const { session, secrets } = made();
    expect(allOf(secrets).some(isZero)).to.equal(false);
    expect(session.handshake?.transcript.length).to.equal(3);
    session.establish(randomBytes(32), 0);
    expect(allOf(secrets).every(isZero)).to.equal(true);
    expect(session.handshake).to.equal(undefined);
    expect(session.seal(Buffer.of(1)).length).to.be.greaterThan(16);
  });

  it('spdm secrets: everything when a session is over, and nothing is sealed with zeros (own rule) (bug; B6)', () => {
    for (const established of [false, true]) {
      const { session, secrets } = made();
      if (established) session.establish(randomBytes(32), 0);
      session.forget();
      expect(allOf(secrets).every(isZero)).to.equal(true);
      expect(() => session.seal(Buffer.of(1))).to.throw(RangeError, 'over');
      expect(() => session.open(Buffer.alloc(40))).to.throw(RangeError, 'over');
      expect(() => {
        session.updateRequestKeys();
      }).to.throw(RangeError, 'over');
      session.forget();
    }
  });

  it('spdm secrets: the old ones of a direction when it has new ones (DSP0274 1.2, KEY_UPDATE; own rule) (bug; B6)', () => {
    const first = updatedSecret(0x12, algorithms(), randomBytes(32));
    const second = updatedSecret(0x12, algorithms(), first.secret);
    const direction = new Direction(first);
    direction.advance();
    expect(direction.next).to.deep.equal({ keys: first.keys, sequence: 1 });
    direction.renew(second);
    expect(partsOf(first).every(isZero)).to.equal(true);
    expect(partsOf(second).some(isZero)).to.equal(false);
    expect(direction.next).to.deep.equal({ keys: second.keys, sequence: 0 });
    direction.wipe();
    expect(partsOf(second).every(isZero)).to.equal(true);
    expect(() => direction.secret).to.throw(RangeError, 'over');
  });

  const ends: Readonly<Record<string, (connection: Connection, session: Session) => void>> = {
    'the end of a session': (connection, session) => {
      connection.endSession(session);
    },
    'the end of all': (connection) => {
      connection.endSessions();
    },
    'a new connection': (connection) => {
      connection.forget();
    },
  };
  for (const [name, end] of Object.entries(ends)) {
    it(`spdm secrets: ${name} wipes them, there is no other way out of a connection (own rule) (bug; B6)`, () => {
      const { session, secrets } = made();
      const connection = new Connection();
      connection.addSession(session);
      expect(connection.sessions.get(7)).to.equal(session);
      end(connection, session);
      expect(connection.sessions.size).to.equal(0);
      expect(allOf(secrets).every(isZero)).to.equal(true);
    });
  }

  it('spdm secrets: those of an answer that is never said (own rule) (bug; B6)', () => {
    const { secrets } = made();
    const unsaid = (): void => {
      wipeSecrets(secrets);
    };
    discard({ answer: { message: Buffer.of(), unsaid } });
    expect(allOf(secrets).every(isZero)).to.equal(true);
    discard(invalidRequest());
  });

  it('spdm secrets: a session that is over leaves its place, however it ended (DSP0274 1.2, ERROR, SessionLimitExceeded) (own rule)', async () => {
    for (const end of overs) {
      const opened = await established({ sessions: 1, heartbeat: 1 });
      const { session, requester, device, chain } = opened;
      await end(opened);
      expect(await session.ask(session.seal(Buffer.of(0x12, 0xe8, 0, 0)))).to.equal(undefined);
      if (requester.a.length === 2) await requester.connect();
      const next = new RawSession(device.responder, requester);
      expect(await next.exchange(chain)).to.equal(true);
    }
  });

  function algorithms(): Algorithms {
    if (!hash || !signature || !dhe || !aead) throw new Error('tables are empty');
    return { hash, signature, dhe, aead, measurementSpec: 0, keySchedule: true, otherParams: 2 };
  }

  function made(): { readonly session: Session; readonly secrets: HandshakeSecrets } {
    const context: NegotiatedContext = { version: 0x12, algorithms: algorithms() };
    const secrets = handshakeSecrets(0x12, context.algorithms, randomBytes(32), randomBytes(32));
    const transcript = new Transcript().append(Buffer.of(1, 2, 3));
    const parts = { id: 7, context, secrets, transcript, patience: Infinity, now: 0 };
    return { session: new Session(parts), secrets };
  }

  function allOf(secrets: HandshakeSecrets): Uint8Array[] {
    const { handshake, requestSecret, responseSecret, requestFinished, responseFinished } = secrets;
    return [
      ...[handshake, requestSecret, responseSecret, requestFinished, responseFinished],
      ...[secrets.request, secrets.response].flatMap(({ key, iv }) => [key, iv]),
    ];
  }

  function partsOf({ secret, keys }: UpdatedSecret): Uint8Array[] {
    return [secret, keys.key, keys.iv];
  }

  function isZero(bytes: Uint8Array): boolean {
    return bytes.every((byte) => byte === 0);
  }
});
