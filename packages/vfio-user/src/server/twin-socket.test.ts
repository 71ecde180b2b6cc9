import { ManualClock, silentLogger } from '@mdevkit/core';
import { UnixStream } from '@mdevkit/linux';
import { Errno, VFIO_USER_DMA_READ as READ, VFIO_USER_DMA_WRITE as WRITE } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { LimitedLog } from './limited-log.js';
import {
  openMessenger,
  outcome,
  sequence,
  type MessengerBench,
} from './messenger-bench.test-support.js';
import { fields, RawClient } from './raw-client.test-support.js';
import { microtasks } from './server-bench.test-support.js';
import { TwinSocket } from './twin-socket.js';

const REPLY = 1;
const ERROR = 0x21;

describe('DMA on a twin socket (docs/interop/vfio-user.rst, VFIO_USER_VERSION, twin_socket)', () => {
  interface TwinBench extends MessengerBench {
    readonly twin: TwinSocket;
    readonly other: RawClient;
    /** Called for every answer to nothing. */
    onStray(call: () => void): void;
  }

  function openTwin(): TwinBench {
    const [ours, theirs] = UnixStream.pair();
    const twin = new TwinSocket(ours, {
      maxMessage: 4096,
      maxDescriptors: 0,
      maxQueued: 1 << 16,
    });
    const other = new RawClient(theirs);
    let tell = (): void => undefined;
    const log = new LimitedLog(silentLogger, new ManualClock());
    log.warn = () => {
      tell();
    };
    const bench = openMessenger({
      twin,
      outgoing: twin.outgoing,
      canBlock: true,
      log,
      deadlineMs: 9000,
    });
    return {
      ...bench,
      onStray: (call) => {
        tell = call;
      },
      twin,
      other,
      [Symbol.dispose]: () => {
        bench[Symbol.dispose]();
        twin[Symbol.dispose]();
        other[Symbol.dispose]();
      },
    };
  }

  /** Answers that are on their way before the question: ids begin with 1. */
  function foretell(bench: { readonly other: RawClient }, id: number, payload: Uint8Array): void {
    bench.other.send(READ, payload, { id, flags: REPLY });
  }

  it('twin wait: a read waits for its reply, and takes others that come before', async () => {
    using bench = openTwin();
    const early = new Uint8Array(4);
    const pending = outcome(bench.messenger.read(0x10, early));
    const request = bench.other.expect();
    foretell(bench, request.id, fields(0x10n, 4n, sequence(4, 1)));
    foretell(bench, request.id + 1, fields(0x20n, 4n, sequence(4, 7)));
    const into = new Uint8Array(4);
    bench.messenger.readSync(0x20, into);
    expect([...into]).to.deep.equal([7, 8, 9, 10]);
    await microtasks();
    expect([pending.now, ...early]).to.deep.equal(['done', 1, 2, 3, 4]);
  });

  it('dma refused: throws what the client answers', () => {
    using bench = openTwin();
    bench.other.send(WRITE, new Uint8Array(0), { id: 1, flags: ERROR, errno: Errno.EPERM });
    expect(() => {
      bench.messenger.writeSync(0, new Uint8Array(4));
    }).to.throw('EPERM vfio-user.dma-failed');
  });

  it('twin late: an answer is waited for only so long, whatever else the client sends, and not a second time (own rule)', () => {
    using bench = openTwin();
    const waits = 20_000;
    let strays = 0;
    const stray = (): void => {
      strays += 1;
      bench.clock.advance(1);
      if (strays < waits) {
        foretell(bench, 0x7777, new Uint8Array(0));
      }
    };
    stray();
    bench.onStray(stray);
    const read = (): void => {
      bench.messenger.readSync(0, new Uint8Array(4));
    };
    expect(bench.messenger.canBlock).to.equal(true);
    expect(read).to.throw('ETIMEDOUT vfio-user.dma-late');
    expect(strays).to.be.lessThan(waits);
    expect(bench.messenger.canBlock).to.equal(false);
    expect(read).to.throw('EOPNOTSUPP vfio-user.dma-would-block');
  });

  it('twin closed: ends when the client closes it, or says what is no reply', () => {
    using closed = openTwin();
    closed.other[Symbol.dispose]();
    expect(() => {
      closed.messenger.readSync(0, new Uint8Array(4));
    }).to.throw('ENODEV vfio-user.session-over');
    using talking = openTwin();
    talking.other.send(READ, new Uint8Array(16));
    expect(talking.messenger.drain()).to.equal(false);
  });
});
