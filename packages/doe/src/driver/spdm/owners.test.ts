import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Device } from './device.test-support.js';
import { HeldSource } from './held-source.test-support.js';
import { established, open } from './opened.test-support.js';
import { nonce, RawRequester } from './raw-requester.test-support.js';
import { RawSession } from './raw-session.test-support.js';

const HEARTBEAT = Buffer.of(0x12, 0xe8, 0, 0);

describe('spdm responder: two features, which may have two owners', () => {
  it('spdm reset: of the function, forgets connection and sessions (PCI Express Base Specification 6.0, section 6.6.2)', async () => {
    const resets: readonly ((device: Device) => void)[] = [
      ({ responder }) => {
        responder.cma.reset?.();
      },
      ({ responder }) => {
        responder.secured.reset?.();
        responder.cma.reset?.();
      },
      ({ responder }) => {
        responder.cma[Symbol.dispose]?.();
      },
      ({ responder }) => {
        responder.reset();
      },
    ];
    for (const reset of resets) {
      const { session, requester, device } = await established();
      reset(device);
      expect(await session.ask(session.seal(HEARTBEAT))).to.equal(undefined);
      expect((await requester.send(0x81, 0, 0)).toString('hex')).to.equal('107f0400');
      await requester.connect();
      expect((await requester.send(0x81, 0, 0))[1]).to.equal(0x01);
    }
  });

  it('spdm owners: another owner of Secured CMA ends its sessions, the connection of CMA stays (own rule) (bug; A4)', async () => {
    const { session, requester, device, chain } = await established();
    device.responder.secured.reset?.();
    expect(await session.ask(session.seal(HEARTBEAT))).to.equal(undefined);
    expect((await requester.send(0x81, 0, 0))[1]).to.equal(0x01);
    const next = new RawSession(device.responder, requester);
    expect(await next.exchange(chain)).to.equal(true);
    device.responder.secured[Symbol.dispose]?.();
    expect(await next.ask(next.seal(next.finishRequest()))).to.equal(undefined);
    expect(await next.exchange(chain)).to.equal(true);
    expect((await next.finish())[1]).to.equal(0x65);
  });

  it('spdm owners: between two negotiation messages as well (own rule) (bug; A4)', async () => {
    const { device } = await established();
    const requester = new RawRequester(device.responder);
    await requester.getVersion();
    device.responder.secured.reset?.();
    const answer = await requester.sendBytes(requester.getCapabilitiesRequest());
    expect(answer[1]).to.equal(0x61);
    device.responder.secured.reset?.();
    expect((await requester.sendBytes(requester.algorithmsRequest()))[1]).to.equal(0x63);
  });

  const others: Readonly<Record<string, (opened: Opened) => unknown>> = {
    'a record of no session': async ({ session }) => session.ask(Buffer.alloc(40, 9)),
    'a record too short for an id': async ({ session }) => session.ask(Buffer.alloc(0)),
    'a record of a session': async ({ session }) => session.send(0xe8, 0, 0),
    'a record that does not open': async ({ session }) => {
      const record = session.seal(HEARTBEAT);
      record[9] = (record[9] ?? 0) ^ 1;
      return session.ask(record);
    },
    'a reset of Secured CMA': ({ device }) => {
      device.responder.secured.reset?.();
    },
  };
  for (const [name, act] of Object.entries(others)) {
    it(`spdm siblings: ${name} does not take the answer that CMA is working on (own rule) (bug; B7)`, async () => {
      const opened = await held();
      const { requester, source } = opened;
      for (const [request, code] of [
        [requester.message(0xe0, 0, 0xff), 0x60],
        [requester.message(0x83, 0, 0xff, nonce(1)), 0x03],
      ] as const) {
        source.hold = true;
        const pending = requester.ask(request);
        await act(opened);
        source.release();
        expect((await pending)?.[1]).to.equal(code);
      }
    });
  }

  it('spdm siblings: a request of CMA does not take the answer that a session is working on (own rule) (bug; B7)', async () => {
    const { requester, source, session } = await held();
    source.hold = true;
    const pending = session.ask(session.seal(requester.message(0xe0, 0, 0xff)));
    expect((await requester.send(0x81, 0, 0))[1]).to.equal(0x01);
    source.release();
    expect(session.open((await pending) ?? Buffer.alloc(0))[1]).to.equal(0x60);
    expect((await session.send(0xe8, 0, 0))[1]).to.equal(0x68);
  });

  const ends: Readonly<Record<string, (opened: Opened) => unknown>> = {
    'a reset of CMA': ({ device }) => {
      device.responder.cma.reset?.();
    },
    'a reset of Secured CMA': ({ device }) => {
      device.responder.secured.reset?.();
    },
    GET_VERSION: async ({ requester }) => requester.getVersion(),
  };
  for (const [name, act] of Object.entries(ends)) {
    it(`spdm siblings: ${name} takes the answer of a session, which is over (DSP0274 1.2, GET_VERSION; own rule)`, async () => {
      const opened = await held();
      const { requester, source, session } = opened;
      source.hold = true;
      const pending = session.ask(session.seal(requester.message(0xe0, 0, 0xff)));
      await act(opened);
      source.release();
      expect(await pending).to.equal(undefined);
      expect(await session.ask(session.seal(HEARTBEAT))).to.equal(undefined);
    });
  }

  it('spdm siblings: a key exchange that is worked on makes its session, whatever becomes of others (own rule) (bug; B7)', async () => {
    const { requester, source, session, device, chain } = await held();
    source.hold = true;
    const next = new RawSession(device.responder, requester);
    const pending = next.exchange(chain, { summary: 0xff });
    device.responder.secured.reset?.();
    source.release();
    expect(await pending).to.equal(true);
    expect(await session.ask(session.seal(HEARTBEAT))).to.equal(undefined);
    expect((await next.finish())[1]).to.equal(0x65);
  });

  interface Opened {
    readonly device: Device;
    readonly source: HeldSource;
    readonly requester: RawRequester;
    readonly session: RawSession;
    readonly chain: Buffer;
  }

  /** A session, and measurements that can be held back. */
  async function held(): Promise<Opened> {
    const source = new HeldSource();
    const opened = await open({ measurements: source });
    await opened.session.finish();
    return { ...opened, source };
  }
});
