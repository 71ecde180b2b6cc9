import { UnixStream } from '@mdevkit/linux';
import { Errno, VFIO_USER_DMA_READ as READ, VFIO_USER_DMA_WRITE as WRITE } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
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
  function openTwin(): MessengerBench & { readonly twin: TwinSocket; readonly other: RawClient } {
    const [ours, theirs] = UnixStream.pair();
    const twin = new TwinSocket(ours, {
      maxMessage: 4096,
      maxDescriptors: 0,
      maxQueued: 1 << 16,
    });
    const other = new RawClient(theirs);
    const bench = openMessenger({ twin, outgoing: twin.outgoing, canBlock: true });
    return {
      ...bench,
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

  it('a read waits for its reply, and takes others that come before', async () => {
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

  it('throws what the client answers', () => {
    using bench = openTwin();
    bench.other.send(WRITE, new Uint8Array(0), { id: 1, flags: ERROR, errno: Errno.EPERM });
    expect(() => {
      bench.messenger.writeSync(0, new Uint8Array(4));
    }).to.throw('EPERM vfio-user.dma-failed');
  });

  it('ends when the client closes it, or says what is no reply', () => {
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
