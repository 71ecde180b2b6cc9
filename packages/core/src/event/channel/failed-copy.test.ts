import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import { microtasks, outcome, settled } from '../../errors/outcome.test-support.js';
import { ack, drain, readLater, readNow, Room } from './channel.test-support.js';
import { EventChannel } from './event-channel.js';

const broken = new Error('the page is gone');

describe('a copy that fails (drivers/infiniband/core/uverbs_main.c, ib_uverbs_event_read)', () => {
  it('uverbs §6.5 failed copy: EFAULT, and the event stays the first', () => {
    const channel = new EventChannel();
    channel.post(0n, 1, Uint8Array.of(1));
    channel.post(0n, 2);
    for (let i = 0; i < 3; i++) {
      expect(outcome(() => channel.read(new Room({ broken }), true))).to.equal('EFAULT event.copy');
    }
    expect(drain(channel)).to.deep.equal(['0:core 1 [1]', '0:core 2']);
  });

  it('uverbs §6.5 failed copy: its cause is kept', () => {
    const channel = new EventChannel();
    channel.post(0n, 1);
    try {
      void channel.read(new Room({ broken }), true);
      expect.fail('it answered');
    } catch (error) {
      expect(MdevError.is(error) && error.cause).to.equal(broken);
    }
  });

  it('uverbs §6.5 failed copy: it is not reported, so that no destroy waits for it', async () => {
    const channel = new EventChannel();
    const source = channel.source(1n);
    source.report(1);
    expect(outcome(() => channel.read(new Room({ broken }), true))).to.equal('EFAULT event.copy');
    expect([source.reported, source.unacknowledged]).to.deep.equal([0, 0]);
    source.purge();
    await source.acknowledged();
    expect([source.reported, channel.poll()]).to.deep.equal([0, 0]);
  });

  it('uverbs §6.5 failed copy: of a waiting read: the next one gets the event', async () => {
    const channel = new EventChannel();
    const first = settled(async () => channel.read(new Room({ broken }), false));
    const second = readLater(channel);
    channel.source(1n).report(1);
    expect([await first, await second]).to.deep.equal(['EFAULT event.copy', '1:1']);
  });

  it('uverbs §6.5 failed copy: without another one the event waits', async () => {
    const channel = new EventChannel();
    const first = settled(async () => channel.read(new Room({ broken }), false));
    channel.post(0n, 1);
    expect(await first).to.equal('EFAULT event.copy');
    expect(readNow(channel)).to.equal('0:core 1');
  });

  it('own rule overflow: a marker that did not arrive is kept with its count', () => {
    const channel = new EventChannel({ capacity: 1 });
    channel.post(0n, 1);
    channel.post(0n, 2);
    expect(outcome(() => channel.read(new Room({ broken }), true))).to.equal('EFAULT event.copy');
    channel.post(0n, 3);
    expect(drain(channel)).to.deep.equal(['lost 2', '0:core 3']);
  });
});

describe('what happens during a copy (own rule: the reader may be anybody’s code)', () => {
  it('own rule during a copy: an overflow does not take what is being read', () => {
    const channel = new EventChannel({ capacity: 1 });
    channel.post(0n, 1);
    const during = (): void => {
      channel.post(0n, 2);
    };
    expect(readNow(channel, new Room({ during }))).to.equal('0:core 1');
    expect(drain(channel)).to.deep.equal(['0:core 2']);
  });

  it('own rule during a copy: an overflow and a failure lose one event, and count it', () => {
    const channel = new EventChannel({ capacity: 1 });
    channel.post(0n, 1);
    const during = (): void => {
      channel.post(0n, 2);
    };
    const room = new Room({ during, broken });
    expect(outcome(() => channel.read(room, true))).to.equal('EFAULT event.copy');
    expect(drain(channel)).to.deep.equal(['lost 1', '0:core 2']);
  });

  it('own rule during a copy: an object that goes gets nothing back, and can still be acknowledged', async () => {
    const channel = new EventChannel();
    const source = channel.source(1n);
    const during = (): void => {
      source.purge();
    };
    source.report(1);
    expect(outcome(() => channel.read(new Room({ during, broken }), true))).to.equal(
      'EFAULT event.copy',
    );
    expect([channel.poll(), source.reported]).to.deep.equal([0, 0]);
    const other = channel.source(2n);
    other.report(1);
    const room = new Room({
      during: () => {
        other.purge();
      },
    });
    expect([readNow(channel, room), other.unacknowledged]).to.deep.equal(['2:1', 1]);
    let waited = true;
    const wait = other.acknowledged().then(() => (waited = false));
    await microtasks();
    expect(waited).to.equal(true);
    ack(channel, 2n, 1);
    await wait;
  });

  it('own rule during a copy: a channel that is closed keeps nothing', () => {
    for (const capacity of [4, 1]) {
      const channel = new EventChannel({ capacity });
      const source = channel.source(1n);
      source.report(1);
      source.report(2);
      const during = (): void => {
        channel.closed();
      };
      const room = new Room({ during, broken });
      expect(outcome(() => channel.read(room, true))).to.equal('EFAULT event.copy');
      expect(outcome(() => channel.read(new Room(), true))).to.equal('EBADF event.closed');
      const arrived = new EventChannel();
      const last = arrived.source(1n);
      last.report(1);
      const closing = (): void => {
        arrived.closed();
      };
      readNow(arrived, new Room({ during: closing }));
      expect(last.reported).to.equal(0);
    }
  });
});
