import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../../errors/index.js';
import { microtasks, settled } from '../../errors/outcome.test-support.js';
import { EVENT_LOST, EventChannel, type ChannelEvent } from '../channel/index.js';
import { ChannelDescriptor } from './descriptor.test-support.js';
import { iterateDescriptor } from './iterate-descriptor.js';
import { acknowledge, readEvents } from './read-events.js';

function open(capacity = 4096): { channel: EventChannel; descriptor: ChannelDescriptor } {
  const channel = new EventChannel({ capacity });
  return { channel, descriptor: new ChannelDescriptor(channel) };
}

const done = { done: true, value: undefined };

function typeOf(result: IteratorResult<ChannelEvent, undefined>): number | undefined {
  return result.value?.type;
}

describe('readEvents (libibverbs ibv_get_async_event(3), as an iterator)', () => {
  it('own rule iteration: every event decoded, and the end after what was queued when the device goes', async () => {
    const { channel, descriptor } = open(2);
    await using _descriptor = descriptor;
    const source = channel.source(7n);
    source.report(1, Uint8Array.of(1));
    source.report(2, Uint8Array.of(2));
    source.report(3);
    const events: ChannelEvent[] = [];
    for await (const event of readEvents(descriptor)) {
      events.push(event);
      channel.end();
    }
    expect(events).to.deep.equal([
      { element: 0n, type: EVENT_LOST, data: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), lost: 1 },
      { element: 7n, type: 0x1_0002, data: Uint8Array.of(2) },
      { element: 7n, type: 0x1_0003, data: new Uint8Array(0) },
    ]);
  });

  it('own rule iteration: data of one event is not that of the next', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    channel.post(0n, 1, Uint8Array.of(1));
    channel.post(0n, 1, Uint8Array.of(2));
    const events = readEvents(descriptor);
    const [first, second] = [await events.next(), await events.next()];
    expect([first.value?.data[0], second.value?.data[0]]).to.deep.equal([1, 2]);
  });

  it('own rule iteration: it waits for what comes, and ends when the device goes meanwhile', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    const events = readEvents(descriptor);
    const first = events.next();
    await microtasks();
    channel.post(0n, 4);
    expect(typeOf(await first)).to.equal(4);
    const second = events.next();
    await microtasks();
    channel.end();
    expect([await second, await events.next()]).to.deep.equal([done, done]);
  });

  it('own rule iteration: it ends when the descriptor is closed', async () => {
    const { channel, descriptor } = open();
    channel.post(0n, 4);
    await descriptor.close();
    const events = readEvents(descriptor);
    expect([await events.next(), await events.next()]).to.deep.equal([done, done]);
    expect(descriptor.reads).to.equal(1);
  });

  it('own rule iteration: steps that are asked for at once are answered in order', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    const events = readEvents(descriptor);
    const steps = [events.next(), events.next(), events.next()];
    for (const type of [1, 2, 4]) {
      channel.post(0n, type);
      await microtasks();
    }
    expect((await Promise.all(steps)).map(typeOf)).to.deep.equal([1, 2, 4]);
  });

  it('own rule iteration: two readers of one descriptor get distinct events', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    const [a, b] = [readEvents(descriptor), readEvents(descriptor)];
    const steps = [a.next(), b.next()];
    await microtasks();
    channel.post(0n, 1);
    await microtasks();
    channel.post(0n, 2);
    expect((await Promise.all(steps)).map(typeOf)).to.deep.equal([1, 2]);
  });
});

describe('leaving the loop (own rule: the descriptor is the caller’s)', () => {
  it('own rule leaving: what was not read stays, and the descriptor stays open', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    channel.post(0n, 1);
    channel.post(0n, 2);
    for await (const event of readEvents(descriptor)) {
      expect(event.type).to.equal(1);
      break;
    }
    expect([descriptor.closes, typeOf(await readEvents(descriptor).next())]).to.deep.equal([0, 2]);
  });

  it('own rule leaving: while it waits: at once, and the next event is for another reader', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    const events = readEvents(descriptor);
    const [waiting, behind] = [events.next(), events.next()];
    await microtasks();
    expect(await events.return?.()).to.deep.equal(done);
    expect([await waiting, await behind, await events.next()]).to.deep.equal([done, done, done]);
    channel.post(0n, 1);
    await microtasks();
    expect(typeOf(await readEvents(descriptor).next())).to.equal(1);
  });

  it('own rule leaving: loops that are left while they wait leave one wait behind, and not one each', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    for (let i = 0; i < 100; i++) {
      const events = readEvents(descriptor);
      const step = events.next();
      await microtasks();
      await events.return?.();
      expect(await step).to.deep.equal(done);
    }
    expect(descriptor.waits).to.equal(1);
    const steps = [readEvents(descriptor).next(), readEvents(descriptor).next()];
    await microtasks();
    expect(descriptor.waits).to.equal(1);
    channel.post(0n, 1);
    await microtasks();
    channel.post(0n, 2);
    expect((await Promise.all(steps)).map(typeOf)).to.deep.equal([1, 2]);
    expect(descriptor.waits).to.equal(2);
  });

  it('own rule leaving: an event that was being read meanwhile goes to the step that asked', async () => {
    const { descriptor } = open();
    await using _descriptor = descriptor;
    let arrive: (length: number) => void = () => undefined;
    descriptor.read = (into) =>
      new Promise((resolve) => {
        into[0] = 42;
        arrive = resolve;
      });
    const events = iterateDescriptor(descriptor, (bytes) => bytes[0], 8);
    const step = events.next();
    await events.return?.();
    arrive(1);
    expect([await step, await events.next()]).to.deep.equal([{ done: false, value: 42 }, done]);
  });

  it('own rule leaving: a read that finds nothing afterwards does not wait', async () => {
    const { descriptor } = open();
    await using _descriptor = descriptor;
    const events = readEvents(descriptor);
    const step = events.next();
    await events.return?.();
    expect([await step, descriptor.reads, descriptor.waits]).to.deep.equal([done, 1, 0]);
  });

  it('own rule leaving: before the first step nothing is read', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    channel.post(0n, 1);
    const events = readEvents(descriptor);
    await events.return?.();
    expect([await events.next(), descriptor.reads]).to.deep.equal([done, 0]);
  });
});

describe('reads that fail (own rule: nothing is hidden)', () => {
  it('own rule failing read: it is thrown, and the next step reads again', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    channel.post(0n, 1, new Uint8Array(4));
    const small = iterateDescriptor(descriptor, (bytes) => bytes.length, 18);
    const next = (): Promise<unknown> => settled(small.next());
    expect([await next(), await next()]).to.deep.equal(['EINVAL event.room', 'EINVAL event.room']);
    expect(typeOf(await readEvents(descriptor).next())).to.equal(1);
    channel.post(0n, 1);
    expect(await next()).to.deep.equal({ done: false, value: 16 });
  });

  it('own rule failing read: a step that fails does not fail those behind it', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    channel.post(0n, 1);
    channel.post(0n, 2);
    let calls = 0;
    const decode = (bytes: Uint8Array): number => {
      calls += 1;
      if (calls === 1) {
        throw failure('event.record');
      }
      return bytes.length;
    };
    const events = iterateDescriptor(descriptor, decode, 4096);
    const steps = [settled(events.next()), settled(events.next())];
    expect(await Promise.all(steps)).to.deep.equal([
      'EPROTO event.record',
      { done: false, value: 16 },
    ]);
  });

  it('own rule failing read: a wait that fails ends it or is thrown', async () => {
    const { descriptor } = open();
    await using _descriptor = descriptor;
    const answers = ['EIO event.ended', 'EBADF event.closed', 'EPROTO event.record'] as const;
    const errors = ['event.ended', 'event.closed', 'event.record'] as const;
    const seen: unknown[] = [];
    for (const reason of errors) {
      descriptor.ready = () => Promise.reject(failure(reason));
      seen.push(await settled(readEvents(descriptor).next()));
    }
    expect(seen).to.deep.equal([done, done, answers[2]]);
  });

  it('own rule failing read: a wait that fails after the loop was left troubles nobody', async () => {
    const { descriptor } = open();
    await using _descriptor = descriptor;
    let fail: (error: Error) => void = () => undefined;
    descriptor.ready = () =>
      new Promise((_, reject) => {
        fail = reject;
      });
    const events = readEvents(descriptor);
    const step = events.next();
    await microtasks();
    await events.return?.();
    fail(failure('event.closed'));
    expect(await step).to.deep.equal(done);
  });
});

describe('acknowledge (ibv_ack_async_event(3))', () => {
  it('uverbs §6.5 acknowledge: tells the channel what the client is done with', async () => {
    const { channel, descriptor } = open();
    await using _descriptor = descriptor;
    const source = channel.source(7n);
    source.report(1);
    source.report(2);
    const events = readEvents(descriptor);
    await events.next();
    await events.next();
    source.purge();
    const gone = source.acknowledged();
    await acknowledge(descriptor, 7n, 2);
    await gone;
    expect(await settled(acknowledge(descriptor, 7n, 1))).to.equal('EINVAL event.ack-element');
  });

  it('uverbs §6.5 acknowledge: a count that is no u32 is EINVAL before it is sent', async () => {
    const { descriptor } = open();
    await using _descriptor = descriptor;
    for (const count of [-1, 0.5, Number.NaN, 2 ** 32]) {
      expect(await settled(acknowledge(descriptor, 7n, count))).to.equal(
        'EINVAL event.ack-argument',
      );
    }
  });
});
