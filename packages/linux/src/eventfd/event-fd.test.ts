import { closeSync, openSync, writeSync } from 'node:fs';
import type { IrqSource, IrqTarget } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runChild } from '../child.test-support.js';
import { duplicate, libc } from '../libc/index.js';
import { openDescriptors, opened, peerMemfd, refusal } from '../memory/descriptors.test-support.js';
import { watch } from '../poll/index.js';
import { O_CLOEXEC, O_NONBLOCK, ends, flagsOf } from '../socket/stream.test-support.js';
import { EventFd } from './event-fd.js';

/** An eventfd as a peer makes it who wants to block on it. */
function peerEventfd(initial = 0, flags = 0): number {
  return libc().eventfd(initial, flags);
}

function addTo(fd: number, count: bigint): void {
  writeSync(fd, new BigUint64Array([count]));
}

/** The most that a counter holds. */
const full = 2n ** 64n - 2n;

describe('EventFd (eventfd(2))', () => {
  it('counts signals until they are read', () => {
    using event: EventFd & IrqTarget & IrqSource = EventFd.create();
    expect(event.read()).to.equal(0);
    event.signal();
    event.signal();
    expect(event.read()).to.equal(2);
    expect(event.read()).to.equal(0);
  });

  it('begins with the count that it is given', () => {
    using event = EventFd.create(2 ** 32 - 1);
    expect(event.read()).to.equal(2 ** 32 - 1);
    for (const initial of [-1, 2 ** 32, 0.5, NaN]) {
      expect(refusal(() => EventFd.create(initial))).to.equal('EINVAL linux.eventfd-count');
    }
  });

  it('that is full is signalled already; a count that no number has is cut (fs/eventfd.c, eventfd_write)', () => {
    using event = EventFd.create();
    addTo(event.fd, full);
    event.signal();
    event.signal();
    expect(event.read()).to.equal(Number.MAX_SAFE_INTEGER);
    expect(event.read()).to.equal(0);
    addTo(event.fd, 2n ** 32n + 5n);
    expect(event.read()).to.equal(2 ** 32 + 5);
  });

  it('is not inherited by children, and does not block', () => {
    using event = EventFd.create();
    expect(flagsOf(event.fd) & (O_CLOEXEC | O_NONBLOCK)).to.equal(O_CLOEXEC | O_NONBLOCK);
  });

  it('closes its descriptor at disposal, and ignores signals from then on', () => {
    const before = openDescriptors();
    const event = EventFd.create();
    event.signal();
    event.read();
    event[Symbol.dispose]();
    event[Symbol.dispose]();
    expect(openDescriptors()).to.deep.equal(before);
    event.signal();
    const uses = [() => event.fd, () => event.read(), () => event.subscribe(() => undefined)];
    expect(uses.map(refusal)).to.deep.equal(new Array<string>(3).fill('EBADF linux.closed'));
  });
});

describe('EventFd.adopt (fs/eventfd.c, eventfd_fget)', () => {
  it('is the counter of the peer', () => {
    using own = EventFd.create(3);
    using peer = EventFd.adopt(duplicate(own.fd));
    peer.signal();
    expect(own.read()).to.equal(4);
    own.signal();
    expect(peer.read()).to.equal(1);
  });

  it('refuses what is none, and leaves it open', () => {
    using memfd = peerMemfd(1);
    using file = opened('/dev/null', 'r');
    using pair = ends();
    const before = openDescriptors();
    const fds = [memfd.fd, file.fd, pair.near.fd, -1, 0.5, 999_999];
    expect(fds.map((fd) => refusal(() => EventFd.adopt(fd)))).to.deep.equal([
      'EINVAL linux.not-eventfd',
      'EINVAL linux.not-eventfd',
      'EINVAL linux.not-eventfd',
      'EBADF linux.call',
      'EBADF linux.call',
      'ENOENT linux.call',
    ]);
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('does not block on one that blocks, full or empty (fs/eventfd.c, IOCB_NOWAIT)', () => {
    const { said } = runChild('blocking', { beside: import.meta.dirname });
    expect(said).to.deep.equal({ empty: 0, full: Number.MAX_SAFE_INTEGER, after: 1 });
  });

  it('does not block on one of its own that was passed on, whatever the peer makes of it (fcntl(2), F_SETFL)', () => {
    const { said } = runChild('passed-on', { beside: import.meta.dirname });
    expect(said).to.deep.equal({ full: Number.MAX_SAFE_INTEGER, after: 1 });
  });

  it('leaves the flags of the open file alone, because the peer has it too (open(2))', () => {
    using event = EventFd.adopt(peerEventfd());
    event.signal();
    event.read();
    using _ = event.subscribe(() => undefined);
    expect(flagsOf(event.fd) & O_NONBLOCK).to.equal(0);
    expect(flagsOf(event.fd) & O_CLOEXEC).to.equal(O_CLOEXEC);
  });

  it('one that is a semaphore gives 1 at a time (eventfd(2), EFD_SEMAPHORE)', () => {
    using event = EventFd.adopt(peerEventfd(2, 1));
    expect([event.read(), event.read(), event.read()]).to.deep.equal([1, 1, 0]);
  });
});

for (const [kind, make] of [
  ['of its own', () => EventFd.create()],
  ['of a peer', () => EventFd.adopt(peerEventfd())],
] as const) {
  describe(`EventFd.subscribe, one ${kind} (drivers/vfio/virqfd.c, vfio_virqfd_enable)`, () => {
    it('calls back when it is signalled, and takes the count', async () => {
      using event = make();
      let calls = 0;
      await new Promise<void>((resolve) => {
        const subscription = event.subscribe(() => {
          calls += 1;
          if (calls < 3) {
            event.signal();
            event.signal();
          } else {
            subscription[Symbol.dispose]();
            resolve();
          }
        });
        expect(calls).to.equal(0);
        event.signal();
        expect(calls).to.equal(0);
      });
      expect([calls, event.read()]).to.deep.equal([3, 0]);
      event.signal();
      await new Promise((resolve) => setImmediate(resolve));
      expect([calls, event.read()]).to.deep.equal([3, 1]);
    });

    it('calls back at once if it is signalled already', () => {
      using event = make();
      event.signal();
      event.signal();
      let calls = 0;
      using _first = event.subscribe(() => (calls += 1));
      expect([calls, event.read()]).to.deep.equal([1, 0]);
      event.signal();
      // The signal belongs to all who are there.
      using _second = event.subscribe(() => (calls += 10));
      expect(calls).to.equal(12);
    });

    it('calls everybody, one function as often as it subscribed', async () => {
      using event = make();
      const seen: string[] = [];
      await new Promise<void>((resolve) => {
        const twice = (): void => {
          seen.push('twice');
        };
        const subscriptions = [event.subscribe(twice), event.subscribe(twice)];
        subscriptions.push(
          event.subscribe(() => {
            for (const subscription of subscriptions) {
              subscription[Symbol.dispose]();
              subscription[Symbol.dispose]();
            }
            resolve();
          }),
          event.subscribe(() => seen.push('last')),
        );
        event.signal();
      });
      expect(seen).to.deep.equal(['twice', 'twice']);
      event[Symbol.dispose]();
    });

    it('may be disposed in a callback, and leaves no descriptor', async () => {
      const before = openDescriptors();
      const event = make();
      await new Promise<void>((resolve) => {
        event.subscribe(() => {
          event[Symbol.dispose]();
          resolve();
        });
        event.signal();
      });
      expect(openDescriptors()).to.deep.equal(before);
    });

    it('a callback that throws at once is not subscribed', () => {
      using event = make();
      event.signal();
      const mistake = new Error('mistake');
      const broken = (): never => {
        throw mistake;
      };
      expect(() => event.subscribe(broken)).to.throw(mistake);
      const again = watch(event.fd, { readable: true }, () => undefined);
      again[Symbol.dispose]();
    });
  });
}

describe('a callback that throws in the event loop (process, uncaughtException)', () => {
  it('is told as any other is, and the rest goes on', () => {
    const { said } = runChild('throwing', { beside: import.meta.dirname });
    expect(said).to.deep.equal(['first', 'second', 'mistake', 'first', 'second', 'mistake']);
  });
});

describe('EventFd and other watches (own rule: libuv lets go of a descriptor before it is closed)', () => {
  it('one that somebody watches by himself ends that watch at disposal', async () => {
    const before = openDescriptors();
    const event = EventFd.create();
    let calls = 0;
    watch(event.fd, { readable: true }, () => (calls += 1));
    expect(refusal(() => event.subscribe(() => undefined))).to.equal('EEXIST linux.watched');
    const { fd } = event;
    event[Symbol.dispose]();
    // The number is used again at once, by something that is always ready.
    const reused = openSync('/dev/zero', 'r');
    expect(reused).to.equal(fd);
    await new Promise((resolve) => setImmediate(resolve));
    closeSync(reused);
    expect(calls).to.equal(0);
    expect(openDescriptors()).to.deep.equal(before);
  });
});
