import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, outcome } from '../../errors/outcome.test-support.js';
import { GONE_SOURCES } from './acknowledgements.js';
import { ack, acknowledgement, drain, readNow, Room } from './channel.test-support.js';
import { EventChannel } from './event-channel.js';
import type { EventSource } from './event-source.js';

/** A channel whose client has read `events` events of an object known by 7. */
function withRead(events: number): { channel: EventChannel; source: EventSource } {
  const channel = new EventChannel();
  const source = channel.source(7n);
  for (let i = 0; i < events; i++) {
    source.report(i);
  }
  drain(channel);
  return { channel, source };
}

/** Whether a promise is settled after all that waits for nothing has run. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false;
  void promise.then(() => (over = true));
  await microtasks();
  return over;
}

/** Objects known by 0, 1, …, of each of which one event was read. */
function manyRead(count: number): { channel: EventChannel; sources: EventSource[] } {
  const channel = new EventChannel({ capacity: count });
  const sources = Array.from({ length: count }, (_, i) => channel.source(BigInt(i)));
  for (const source of sources) {
    source.report(1);
  }
  drain(channel);
  return { channel, sources };
}

function purge(sources: readonly EventSource[]): void {
  for (const source of sources) {
    source.purge();
  }
}

/** Whether the channel knows what the client owes to the first, the second and the last object; asked once. */
function owing(channel: EventChannel, sources: readonly EventSource[]): boolean[] {
  const elements = [0n, 1n, BigInt(sources.length - 1)];
  return elements.map((element) => outcome(() => ack(channel, element, 1)) === undefined);
}

describe('acknowledging events (ibv_ack_async_event(3); drivers/infiniband/core/uverbs_std_types_cq.c)', () => {
  it('uverbs §6.5 reported: an event counts when a reader has it, until it is acknowledged', () => {
    const { channel, source } = withRead(3);
    source.report(3);
    expect([source.reported, source.unacknowledged]).to.deep.equal([3, 3]);
    ack(channel, 7n, 2);
    expect([source.reported, source.unacknowledged]).to.deep.equal([3, 1]);
    ack(channel, 7n, 1);
    expect([source.reported, source.unacknowledged]).to.deep.equal([3, 0]);
  });

  it('uverbs §6.5 destroy waits: until all that was read is acknowledged', async () => {
    const { channel, source } = withRead(2);
    source.purge();
    const waits = [source.acknowledged(), source.acknowledged()];
    ack(channel, 7n, 1);
    expect(await isOver(waits[0] ?? Promise.resolve())).to.equal(false);
    ack(channel, 7n, 1);
    await Promise.all(waits);
    await source.acknowledged();
  });

  it('uverbs §6.5 destroy waits: not for an object of which nothing was read', async () => {
    const channel = new EventChannel();
    const source = channel.source(7n);
    source.report(1);
    await source.acknowledged();
    expect(readNow(channel)).to.equal('7:1');
  });

  it('uverbs §6.5 destroy never hangs: it ends with the channel, its descriptor, and its client', async () => {
    const ends: Record<string, (channel: EventChannel, source: EventSource) => void> = {
      'the device is gone': (channel) => {
        channel.end();
      },
      'the descriptor is closed': (channel) => {
        channel.closed();
      },
      'the client is gone': (_, source) => {
        source.release();
      },
    };
    for (const [name, end] of Object.entries(ends)) {
      const { channel, source } = withRead(1);
      source.purge();
      const wait = source.acknowledged();
      expect(await isOver(wait), name).to.equal(false);
      end(channel, source);
      expect(await isOver(wait), name).to.equal(true);
      expect(await isOver(source.acknowledged()), name).to.equal(true);
      expect(source.unacknowledged).to.equal(1);
    }
  });

  it('uverbs §6.5 destroy never hangs: events that are read after the end need no acknowledgement, but may have one', async () => {
    const channel = new EventChannel();
    const source = channel.source(7n);
    source.report(1);
    channel.end();
    drain(channel);
    await source.acknowledged();
    expect(source.unacknowledged).to.equal(1);
    ack(channel, 7n, 1);
    expect(source.unacknowledged).to.equal(0);
  });

  it('uverbs §6.5 purge: queued events of an object go with it, and those of others stay', () => {
    const channel = new EventChannel();
    const [gone, other] = [channel.source(7n), channel.source(7n)];
    gone.report(1);
    other.report(2);
    gone.report(3);
    channel.post(0n, 4);
    gone.purge();
    gone.report(5);
    gone.purge();
    expect(drain(channel)).to.deep.equal(['7:2', '0:core 4']);
    expect(gone.gone).to.equal(true);
    expect(gone.reported).to.equal(0);
  });

  it('uverbs §6.5 purge: losses that were counted stay counted', () => {
    const channel = new EventChannel({ capacity: 1 });
    const source = channel.source(7n);
    source.report(1);
    source.report(2);
    source.purge();
    expect(drain(channel)).to.deep.equal(['lost 1']);
  });

  it('own rule acknowledge after destroy: until all that was read is acknowledged', () => {
    const { channel, source } = withRead(2);
    source.purge();
    ack(channel, 7n, 1);
    ack(channel, 7n, 1);
    expect(source.unacknowledged).to.equal(0);
    expect(outcome(() => ack(channel, 7n, 0))).to.equal('EINVAL event.ack-element');
  });

  it('own rule acknowledge too many: EINVAL, and nothing is acknowledged', () => {
    const { channel, source } = withRead(2);
    for (const count of [3, 0xffff_ffff]) {
      expect(outcome(() => ack(channel, 7n, count))).to.equal('EINVAL event.ack-count');
    }
    expect(source.unacknowledged).to.equal(2);
    ack(channel, 7n, 0);
    ack(channel, 7n, 2);
    expect(outcome(() => ack(channel, 7n, 1))).to.equal('EINVAL event.ack-element');
  });

  it('own rule acknowledge unknown: an element of which nothing was read is EINVAL', () => {
    const { channel } = withRead(1);
    channel.source(8n).report(1);
    for (const element of [0n, 8n, 2n ** 64n - 1n]) {
      expect(outcome(() => ack(channel, element, 1))).to.equal('EINVAL event.ack-element');
    }
  });

  it('own rule acknowledge form: 16 bytes, the last four zero', () => {
    const { channel, source } = withRead(1);
    for (const length of [0, 15, 17]) {
      expect(outcome(() => channel.ioctl(1, new Uint8Array(length)))).to.equal(
        'EINVAL event.ack-length',
      );
    }
    expect(outcome(() => channel.ioctl(1, acknowledgement(7n, 1, 1)))).to.equal(
      'EINVAL event.ack-reserved',
    );
    expect(source.unacknowledged).to.equal(1);
  });

  it('own rule same element: acknowledgements go to the object that was read of first', async () => {
    const channel = new EventChannel();
    const [a, b] = [channel.source(7n), channel.source(7n)];
    b.report(1);
    a.report(1);
    b.report(1);
    drain(channel);
    b.purge();
    ack(channel, 7n, 2);
    expect([a.unacknowledged, b.unacknowledged]).to.deep.equal([1, 0]);
    await b.acknowledged();
    ack(channel, 7n, 1);
    expect([a.unacknowledged, b.unacknowledged]).to.deep.equal([0, 0]);
  });

  it('own rule same element: an object whose client is gone leaves the others theirs', () => {
    const channel = new EventChannel();
    const [a, b] = [channel.source(7n), channel.source(7n)];
    a.report(1);
    b.report(1);
    drain(channel);
    a.release();
    a.release();
    expect(outcome(() => ack(channel, 7n, 2))).to.equal('EINVAL event.ack-count');
    ack(channel, 7n, 1);
    expect(b.unacknowledged).to.equal(0);
  });

  it('own rule lazy client: beyond so many objects that are gone the first is forgotten, and its destroy ends', async () => {
    const { channel, sources } = manyRead(GONE_SOURCES + 2);
    const wait = sources[0]?.acknowledged() ?? Promise.resolve();
    purge(sources.slice(0, GONE_SOURCES));
    expect(await isOver(wait)).to.equal(false);
    purge(sources.slice(GONE_SOURCES));
    expect(await isOver(wait)).to.equal(true);
    await sources[1]?.acknowledged();
    expect(owing(channel, sources)).to.deep.equal([false, false, true]);
  });

  it('own rule lazy client: also if they go while their event is read', () => {
    const channel = new EventChannel();
    const sources = Array.from({ length: GONE_SOURCES + 1 }, (_, i) => channel.source(BigInt(i)));
    for (const source of sources) {
      source.report(1);
      const during = (): void => {
        source.purge();
      };
      readNow(channel, new Room({ during }));
    }
    expect(owing(channel, sources)).to.deep.equal([false, true, true]);
  });

  it('own rule lazy client: those that owe nothing do not count', () => {
    const { channel, sources } = manyRead(3);
    purge(sources.slice(0, 1));
    ack(channel, 1n, 1);
    purge(sources.slice(1));
    purge(Array.from({ length: GONE_SOURCES }, () => channel.source(9n)));
    expect(owing(channel, sources)).to.deep.equal([true, false, true]);
  });
});
