import {
  Errno,
  VFIO_USER_REGION_READ as READ,
  VFIO_USER_REGION_WRITE as WRITE,
  VFIO_USER_REGION_WRITE_MULTI as MULTI,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fields, message, readPayload, writePayload } from './raw-client.test-support.js';
import { microtasks, openServer, turn, TRAPPED } from './server-bench.test-support.js';

/** After this the core does not wait for the device of the bench any more. */
const CORE_MS = 60_000;
const LATE = 'own rule: a handler that was given up still has the buffer';

interface Late {
  readonly data: DataView;
  readonly at: number;
  readonly answer: (count: number) => void;
}

describe(`answers that come after everybody has lost patience (${LATE})`, () => {
  it('given up read: what it writes late is in no reply to a later command', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const late: Late[] = [];
    bench.handler.onRead = (_offset, data, at) =>
      new Promise((answer) => {
        late.push({ data, at, answer });
      });
    client.send(READ, readPayload(TRAPPED, 0, 4));
    bench.pump();
    bench.clock.advance(CORE_MS);
    await microtasks();
    expect(client.expect().errno).to.equal(Errno.ETIMEDOUT);
    for (const round of [1, 2, 3]) {
      client.send(READ, readPayload(TRAPPED, 0, 4));
      bench.pump();
      const now = late[round];
      now?.data.setUint32(now.at, round, true);
      late[0]?.data.setUint32(late[0].at, 0xdead_beef);
      now?.answer(4);
      await microtasks();
      expect(client.expect().payload.slice(16)).to.deep.equal(fields(round));
    }
  });

  for (const [name, command] of [
    ['write', WRITE],
    ['one of many writes', MULTI],
  ] as const) {
    it(`given up write: ${name} that looks at its data late does not find those of a later command`, async () => {
      await using bench = await openServer();
      const client = bench.open();
      const late: Late[] = [];
      bench.handler.onWrite = (_offset, data, at) =>
        new Promise((answer) => {
          late.push({ data, at, answer });
        });
      const payload =
        command === WRITE
          ? writePayload(TRAPPED, 0, Uint8Array.of(7, 7, 7, 7))
          : fields(1n, 0n, TRAPPED, 4, 0x0707_0707n);
      client.send(command, payload);
      bench.pump();
      bench.clock.advance(CORE_MS);
      await microtasks();
      expect(client.expect().errno).to.equal(Errno.ETIMEDOUT);
      for (let count = 0; count < 300; count++) {
        client.send(99, new Uint8Array(4000).fill(9), { flags: 2 });
        bench.pump();
        client.expect();
      }
      // Its own bytes, or nothing.
      const found = late[0]?.data.getUint32(late[0].at);
      expect(found).to.be.oneOf([0x0707_0707, 0]);
    });
  }
});

describe('a server that is closed by its device (own rule: the device may do so at any time)', () => {
  for (const [name, command, payload] of [
    ['read', READ, readPayload(TRAPPED, 0, 4)],
    ['write', WRITE, writePayload(TRAPPED, 0, new Uint8Array(4))],
    ['write of many', MULTI, fields(1n, 0n, TRAPPED, 4, 0n)],
  ] as const) {
    it(`closed inside: a ${name} that closes the server and never answers takes nothing along`, async () => {
      await using bench = await openServer();
      const client = bench.open();
      const stuck = (): Promise<number> => {
        void bench.server.close();
        return new Promise(() => undefined);
      };
      bench.handler.onRead = stuck;
      bench.handler.onWrite = stuck;
      client.send(command, payload);
      expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'server-closed' });
      // The core gives the device up now; a rejection that nobody hears would end the process.
      const unheard: unknown[] = [];
      const hear = (reason: unknown): void => {
        unheard.push(reason);
      };
      process.on('unhandledRejection', hear);
      await bench.endpoint.close();
      await turn();
      process.off('unhandledRejection', hear);
      expect(unheard).to.deep.equal([]);
      expect(bench.server.session).to.equal(undefined);
    });
  }

  it('closed inside: a server that is closed while it asks whether a peer is allowed has no client', async () => {
    let close = (): void => undefined;
    await using bench = await openServer({
      allowPeer: () => {
        close();
        return true;
      },
    });
    close = () => void bench.server.close();
    const client = bench.raw();
    expect(bench.server.acceptOne()).to.deep.equal({ kind: 'refused', errno: Errno.EACCES });
    expect(bench.server.session).to.equal(undefined);
    client.receive();
    expect(client.ended).to.equal(true);
  });
});

describe('a message that does not come as a whole (epoll(7), level-triggered)', () => {
  it('message in pieces: the loop waits for the rest, and is not kept busy by the client', async () => {
    await using bench = await openServer();
    const client = bench.open();
    bench.server.run();
    let looks = 0;
    const now = bench.clock.now.bind(bench.clock);
    bench.clock.now = () => {
      looks += 1;
      return now();
    };
    const whole = message(1, READ, readPayload(TRAPPED, 0, 4));
    client.sendBytes(whole.subarray(0, 20));
    for (let turns = 0; turns < 200; turns++) {
      await turn();
    }
    expect(looks).to.be.within(1, 20);
    client.sendBytes(whole.subarray(20));
    for (let turns = 0; turns < 10; turns++) {
      await turn();
    }
    expect(client.expect().errno).to.equal(0);
  });
});
