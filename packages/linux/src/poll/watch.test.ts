import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runChild } from '../child.test-support.js';
import { openDescriptors, opened, peerFile, refusal } from '../memory/descriptors.test-support.js';
import { NativeBuffer } from '../native/index.js';
import { ends, receiveBytes, sendBytes } from '../socket/stream.test-support.js';
import { UnixStream } from '../socket/index.js';
import { watch, type Watch } from './watch.js';

const beside = import.meta.dirname;

/** The next call of a watch that `start` makes. */
async function firstCall(
  start: (callback: (...call: readonly boolean[]) => void) => Watch,
): Promise<readonly boolean[]> {
  return new Promise((resolve) => {
    const started = start((...call) => {
      started[Symbol.dispose]();
      resolve(call);
    });
  });
}

/** Lets the event loop poll twice. */
async function turns(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}

describe('watch (epoll(7), level-triggered)', () => {
  it('tells what the descriptor is ready for, of what was asked', async () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    const { fd } = pair.near;
    expect(await firstCall((told) => watch(fd, { writable: true }, told))).to.deep.equal([
      false,
      true,
      false,
    ]);
    sendBytes(pair.far, buffer, [1]);
    expect(await firstCall((told) => watch(fd, { readable: true }, told))).to.deep.equal([
      true,
      false,
      false,
    ]);
    const both = { readable: true, writable: true };
    expect(await firstCall((told) => watch(fd, both, told))).to.deep.equal([true, true, false]);
  });

  it('calls again until what is there was read, and then no more', async () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    let calls = 0;
    using _ = watch(pair.near.fd, { readable: true }, () => {
      calls += 1;
      if (calls === 3) {
        receiveBytes(pair.near, buffer);
      }
    });
    await turns();
    expect(calls).to.equal(0);
    sendBytes(pair.far, buffer, [1]);
    await turns();
    await turns();
    await turns();
    expect(calls).to.equal(3);
  });

  it('waits for something else after an update, or for nothing', async () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    const seen: string[] = [];
    using watching = watch(pair.near.fd, {}, (readable, writable) => {
      seen.push(`${String(readable)} ${String(writable)}`);
      watching.update({});
    });
    sendBytes(pair.far, buffer, [1]);
    await turns();
    expect(seen).to.deep.equal([]);
    watching.update({ writable: true });
    await turns();
    watching.update({ readable: true });
    await turns();
    expect(seen).to.deep.equal(['false true', 'true false']);
  });

  it('watches several descriptors; one may end another in its callback', async () => {
    using pair = ends();
    using other = ends();
    using buffer = NativeBuffer.allocate(16);
    const seen: string[] = [];
    const watches: Watch[] = [pair.near, pair.far, other.near].map((stream, index) =>
      watch(stream.fd, { readable: true }, () => {
        seen.push(String(index));
        for (const each of watches) {
          each[Symbol.dispose]();
          each[Symbol.dispose]();
        }
      }),
    );
    for (const stream of [pair.far, pair.near, other.far]) {
      sendBytes(stream, buffer, [1]);
    }
    await turns();
    expect(seen).to.have.length(1);
    for (const each of watches) {
      each.update({ readable: true });
      each.ref();
      each.unref();
    }
    await turns();
    expect(seen).to.have.length(1);
  });

  it('runs promises and ticks of a callback before the next one of the same watch', async () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    const seen: string[] = [];
    sendBytes(pair.far, buffer, [1]);
    await new Promise<void>((resolve) => {
      const watching = watch(pair.near.fd, { readable: true }, () => {
        seen.push('call');
        process.nextTick(() => seen.push('tick'));
        void Promise.resolve().then(() => seen.push('promise'));
        if (seen.length > 3) {
          watching[Symbol.dispose]();
          resolve();
        }
      });
    });
    expect(seen.slice(0, 4)).to.deep.equal(['call', 'tick', 'promise', 'call']);
  });
});

describe('the end of what is watched (epoll_ctl(2), EPOLLRDHUP, EPOLLERR)', () => {
  it('is told once, also to whom waits for nothing', async () => {
    using pair = ends();
    const seen: boolean[][] = [];
    using _ = watch(pair.near.fd, {}, (...call) => seen.push(call));
    pair.far[Symbol.dispose]();
    await turns();
    await turns();
    expect(seen.map(([, , gone]) => gone)).to.deep.equal([true]);
  });

  it('is told once, also if an error follows', async () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    const seen: boolean[][] = [];
    using _ = watch(pair.near.fd, { readable: true }, (...call) => seen.push(call));
    sendBytes(pair.near, buffer, [1]);
    pair.far.shutdown();
    await turns();
    const before = seen.length;
    pair.far[Symbol.dispose]();
    await turns();
    expect(seen.length).to.be.greaterThan(before);
    expect(seen.map(([, , gone]) => gone).filter(Boolean)).to.have.length(1);
  });

  it('is readable too, where reading was asked for', async () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    pair.far[Symbol.dispose]();
    const call = await firstCall((told) => watch(pair.near.fd, { readable: true }, told));
    expect([call[0], call[2]]).to.deep.equal([true, true]);
    expect(receiveBytes(pair.near, buffer)).to.equal(0);
  });

  it('by a peer who has not read all is told as well, and a reading answers 0 (ECONNRESET)', async () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    sendBytes(pair.near, buffer, [1]);
    pair.far[Symbol.dispose]();
    const call = await firstCall((told) => watch(pair.near.fd, { readable: true }, told));
    expect([call[0], call[2]]).to.deep.equal([true, true]);
    expect(receiveBytes(pair.near, buffer)).to.equal(0);
  });
});

describe('what cannot be watched (epoll_ctl(2), errors)', () => {
  it('a second watch of a descriptor, until the first one ends', () => {
    using pair = ends();
    const { fd } = pair.near;
    const first = watch(fd, { readable: true }, () => undefined);
    const second = (): Watch => watch(fd, { readable: true }, () => undefined);
    expect(refusal(second)).to.equal('EEXIST linux.watched');
    first[Symbol.dispose]();
    using again = second();
    again.unref();
  });

  it('a file, what is not open, what is no descriptor; none is left open', () => {
    using device = opened('/dev/null', 'r');
    using file = peerFile(new Uint8Array(1));
    const before = openDescriptors();
    const refusals = [device.fd, file.fd, 999_999, -1, 0.5].map((fd) =>
      refusal(() => watch(fd, { readable: true }, () => undefined)),
    );
    expect(refusals).to.deep.equal([
      'EPERM linux.unwatchable',
      'EPERM linux.unwatchable',
      'EBADF linux.call',
      'EBADF linux.call',
      'EBADF linux.call',
    ]);
    expect(openDescriptors()).to.deep.equal(before);
  });
});

describe('a watch and its process (libuv, uv_ref, uv_close)', () => {
  it('keeps it alive until it ends, and not when it is unreferenced', () => {
    expect(runChild('alive', { beside, parameters: ['unref'] }).said).to.deep.equal(['started']);
    expect(runChild('alive', { beside, parameters: ['ref'] }).said).to.deep.equal([
      'started',
      'called',
    ]);
  });

  it('is not collected while nobody holds it', () => {
    expect(runChild('alive', { beside, parameters: ['collect'] }).said).to.deep.equal([
      'started',
      'called',
    ]);
  });

  it('may be left to the end of a process or a worker', () => {
    expect(runChild('left', { beside })).to.deep.equal({ status: 0, signal: null, said: 'left' });
  });

  it('throws in the event loop what its callback throws, each time', () => {
    expect(runChild('throwing', { beside }).said).to.deep.equal(['mistake 1', 'mistake 2', 'end']);
  });

  it('without a handler, that ends the process with the trace of the callback', () => {
    expect(() => runChild('throwing', { beside, parameters: ['unhandled'] })).to.throw(
      /Error: mistake 1\n +at .*throwing\.test-support/,
    );
  });
});

describe('a watch and its stream (own rule: libuv lets go of a descriptor before it is closed)', () => {
  it('ends with the stream, so that the number can be watched again', async () => {
    const [near, far] = UnixStream.pair();
    let calls = 0;
    watch(near.fd, { readable: true }, () => (calls += 1));
    const { fd } = near;
    near[Symbol.dispose]();
    far[Symbol.dispose]();
    using pair = ends();
    expect([pair.near.fd, pair.far.fd]).to.include(fd);
    using again = watch(fd, { readable: true }, () => undefined);
    await turns();
    expect(calls).to.equal(0);
    again.unref();
  });
});
