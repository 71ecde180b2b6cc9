import { POLLERR, POLLIN } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome, settled } from '../../errors/outcome.test-support.js';
import { drain, readNow, Room } from './channel.test-support.js';
import { EventChannel } from './event-channel.js';

function read(channel: EventChannel, nonBlocking = true): unknown {
  return outcome(() => channel.read(new Room(), nonBlocking));
}

describe('an event channel whose device is gone (uverbs_main.c, ib_uverbs_free_event_queue)', () => {
  it('uverbs §6.5 end: what is queued is still read, and then EIO for ever', () => {
    const channel = new EventChannel({ capacity: 2 });
    for (let i = 1; i <= 3; i++) {
      channel.post(0n, i);
    }
    channel.end();
    expect(drain(channel)).to.deep.equal(['lost 1', '0:core 2', '0:core 3']);
    expect([read(channel), read(channel, false), read(channel)]).to.deep.equal([
      'EIO event.ended',
      'EIO event.ended',
      'EIO event.ended',
    ]);
    expect(channel.poll()).to.equal(POLLERR);
  });

  it('uverbs §6.5 end: whoever waits is woken with EIO', async () => {
    const channel = new EventChannel();
    const reads = [1, 2].map(() => settled(async () => channel.read(new Room(), false)));
    channel.end();
    channel.end();
    expect(await Promise.all(reads)).to.deep.equal(['EIO event.ended', 'EIO event.ended']);
  });

  it('uverbs §6.5 end: nothing is queued afterwards, so DEVICE_FATAL is the last', () => {
    const channel = new EventChannel();
    const source = channel.source(1n);
    channel.post(0n, 2);
    channel.end();
    channel.post(0n, 3);
    source.report(1);
    channel.source(2n).report(1);
    expect(drain(channel)).to.deep.equal(['0:core 2']);
  });
});

describe('an event channel that is closed (close(2))', () => {
  it('own rule closed: whoever waits is answered EBADF, and nothing is kept', async () => {
    const channel = new EventChannel();
    const source = channel.source(1n);
    const reads = [1, 2].map(() => settled(async () => channel.read(new Room(), false)));
    channel.closed();
    expect(await Promise.all(reads)).to.deep.equal(['EBADF event.closed', 'EBADF event.closed']);
    source.report(1);
    channel.post(0n, 1);
    expect([read(channel), channel.poll() & POLLIN]).to.deep.equal(['EBADF event.closed', 0]);
  });

  it('own rule closed: queued events go, also after an end', () => {
    for (const ended of [false, true]) {
      const channel = new EventChannel({ capacity: 1 });
      channel.post(0n, 1);
      channel.post(0n, 2);
      if (ended) {
        channel.end();
      }
      channel.closed();
      channel.end();
      expect(read(channel)).to.equal('EBADF event.closed');
    }
  });
});

describe('operations of an event channel (seed 002: what is done to a channel is an ioctl on its descriptor)', () => {
  it('seed 002 always an fd: an operation that it does not know is ENOTTY', () => {
    const channel = new EventChannel();
    for (const operation of [0, 2, 0x1_0000_0001]) {
      expect(outcome(() => channel.ioctl(operation, new Uint8Array(16)))).to.equal(
        'ENOTTY event.operation',
      );
    }
  });

  it('seed 002 async_event: events are read from the descriptor, and no operation gives one', () => {
    const channel = new EventChannel();
    const source = channel.source(3n);
    source.report(1);
    readNow(channel);
    source.report(2);
    const answer = channel.ioctl(1, Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0));
    expect(answer).to.have.length(0);
    expect(drain(channel)).to.deep.equal(['3:2']);
  });
});
