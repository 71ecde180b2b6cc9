import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import crypto, { type BinaryLike } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { NOW } from '../certificates.test-support.js';
import { commonChain, goodDevice } from '../device.test-support.js';
import { SpdmRequester, type SpdmSession } from '../index.js';
import type { ScriptedDevice } from '../scripted-device.test-support.js';

/**
 * Every array that the requester uses as a key, or derives the first one from, while it runs. The device's are Buffers,
 * and those of the requester are none.
 */
async function keysUsed(run: () => Promise<unknown>): Promise<ReadonlySet<Uint8Array>> {
  const used = new Set<Uint8Array>();
  const note = (key: unknown): void => {
    if (key instanceof Uint8Array && !Buffer.isBuffer(key)) {
      used.add(key);
    }
  };
  const before = { ...crypto };
  const { createHmac, createCipheriv, createDecipheriv } = before;
  const replaced = {
    createHmac: (name: string, key: Uint8Array): ReturnType<typeof createHmac> => {
      note(key);
      const made = createHmac(name, key);
      const update = made.update.bind(made);
      made.update = (data: BinaryLike) => {
        if (key.every((byte) => byte === 0)) {
          note(data);
        }
        return update(data);
      };
      return made;
    },
    createCipheriv: (...given: Parameters<typeof createCipheriv>) => {
      note(given[1]);
      return createCipheriv(...given);
    },
    createDecipheriv: (...given: Parameters<typeof createDecipheriv>) => {
      note(given[1]);
      return createDecipheriv(...given);
    },
  };
  Object.assign(crypto, replaced);
  syncBuiltinESMExports();
  try {
    await run();
  } finally {
    Object.assign(crypto, { createHmac, createCipheriv, createDecipheriv });
    syncBuiltinESMExports();
  }
  return used;
}

/** Those that were not overwritten, in hexadecimal digits. */
function left(used: ReadonlySet<Uint8Array>): string[] {
  return [...used]
    .filter((key) => key.some((byte) => byte !== 0))
    .map((key) => Buffer.from(key).toString('hex'));
}

async function opened(device: ScriptedDevice): Promise<SpdmSession> {
  const { root } = await commonChain();
  const requester = await SpdmRequester.connect(device);
  const identity = await requester.identify(0, { roots: [root.der], now: NOW });
  return requester.openSession(identity);
}

/** The secrets of both directions, as the device has them. */
function secretsOf(device: ScriptedDevice): string[] {
  const { requests, responses } = device.session!;
  return [requests, responses].map(({ secret }) => secret.toString('hex'));
}

describe('spdm secrets of a session (DSP0274 1.3, Key schedule)', () => {
  it('spdm requester secrets: those of the handshake are overwritten once there are others (bug; own rule)', async () => {
    const device = await goodDevice();
    let session: SpdmSession | undefined;
    const used = await keysUsed(async () => (session = await opened(device)));
    // The shared secret, that of the handshake and of two directions, two finished keys, the salt, master, …
    expect(used.size).to.be.greaterThan(8);
    expect(left(used)).to.have.members(secretsOf(device));
    await session!.end();
    expect(left(used)).to.deep.equal([]);
  });

  it('spdm requester secrets: a handshake that fails leaves none (bug; own rule)', async () => {
    for (const [code, at] of [
      [0xe4, -1],
      [0xe5, 1],
    ] as const) {
      const device = await goodDevice();
      device.twist(code, (answer) => {
        const place = at < 0 ? answer.length + at : at;
        return (answer.set([answer[place]! ^ 1], place), answer);
      });
      const used = await keysUsed(async () => {
        expect(await settled(opened(device))).to.be.a('string');
      });
      expect(used.size).to.be.greaterThan(4);
      expect(left(used)).to.deep.equal([]);
    }
  });

  it('spdm requester secrets: a key update overwrites the keys that it replaces, and those that did not come about (bug; own rule)', async () => {
    const device = await goodDevice();
    let session: SpdmSession | undefined;
    const used = await keysUsed(async () => {
      session = await opened(device);
      await session.updateKeys('requests');
      await session.updateKeys('all');
      device.instead(0xe9, () => device.error(7, 0xe9), 1);
      expect(await settled(session.updateKeys('all'))).to.equal(
        'EOPNOTSUPP doe.spdm-error-unsupported',
      );
      await session.heartbeat();
    });
    const keys = left(used).filter((key) => !secretsOf(device).includes(key));
    // Besides the secrets those that seal and open records now.
    expect(keys).to.have.length(2);
    await session!.end();
    expect(left(used)).to.deep.equal([]);
  });

  it('spdm requester secrets: an end in the middle of a key update overwrites the keys that were to come (bug; own rule)', async () => {
    const device = await goodDevice();
    const used = await keysUsed(async () => {
      await using session = await opened(device);
      device.onRecord = (record) => (record.set([record[9]! ^ 1], 9), record);
      expect(await settled(session.updateKeys('all'))).to.equal('EBADMSG doe.spdm-record');
    });
    expect(left(used)).to.deep.equal([]);
  });
});
