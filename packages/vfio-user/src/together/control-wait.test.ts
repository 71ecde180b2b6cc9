import { DESTROY_WAIT, EVENT_ACKNOWLEDGE, ManualClock } from '@mdevkit/core';
import { duplicate, UnixStream } from '@mdevkit/linux';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { VfioUserDevice } from '../client/index.js';
import { CONTROL_COMMAND } from '../protocol/index.js';
import { fields, RawClient } from '../server/raw-client.test-support.js';
import { Counter } from './control-model.test-support.js';
import {
  acknowledgement,
  counterOf,
  Counters,
  failure,
  turns,
  unacknowledged,
} from './counters.test-support.js';

describe('calls that wait inside a vfio-user session (docs/reference/control-wire.md, Inside vfio-user)', () => {
  it('control vfio-user wait: a destroy that waits gets its acknowledgement by another socket', async () => {
    await using counters = await Counters.open();
    await using device = await VfioUserDevice.connect(counters.path);
    await using control = await device.control();
    const { channel, handle } = await unacknowledged(control);
    const destroying = control.call(Counter, 'destroy', { handle, flags: DESTROY_WAIT });
    await turns();
    await channel.ioctl(EVENT_ACKNOWLEDGE, acknowledgement(handle, 1));
    expect((await destroying).events).to.deep.equal({ reported: 1, unacknowledged: 0 });
  });

  it('control vfio-user wait: without one it holds the session for answerMs, and its object is gone', async () => {
    const clock = new ManualClock();
    await using counters = await Counters.open({ clock, limits: { answerMs: 500 } });
    await using device = await VfioUserDevice.connect(counters.path);
    await using control = await device.control();
    const { handle } = await unacknowledged(control);
    const destroying = failure(() =>
      control.call(Counter, 'destroy', { handle, flags: DESTROY_WAIT }),
    );
    let isTold = false;
    const telling = device.control().then((other) => {
      isTold = true;
      return other.close();
    });
    await turns();
    expect([isTold, counters.log.alive]).to.deep.equal([false, 0]);
    clock.advance(500);
    expect((await destroying).code).to.equal('ETIMEDOUT');
    await telling;
    expect(await control.handles(Counter)).to.deep.equal([]);
  });

  it('control vfio-user slow client: who fills the queue while a call is held is ended, as its own end could be behind', async () => {
    await using counters = await Counters.open({
      clock: new ManualClock(),
      limits: { queuedCommands: 4 },
    });
    let open: () => void = () => undefined;
    counters.log.gate = new Promise((resolve) => {
      open = resolve;
    });
    const stream = UnixStream.connect(counters.path);
    const raw = new RawClient(UnixStream.adopt(duplicate(stream.fd)));
    const gone = await VfioUserDevice.connect(stream);
    const control = await gone.control();
    const handle = await counterOf(control);
    let isTold = false;
    const adding = failure(() => control.call(Counter, 'add', { handle, amount: 7 })).then(() => {
      isTold = true;
    });
    await turns();
    expect(isTold).to.equal(false);
    for (let count = 0; count < 4; count++) {
      raw.send(CONTROL_COMMAND, fields(1, 1, new Uint8Array(8)));
    }
    await turns();
    expect(isTold).to.equal(true);
    await adding;
    await gone.close();
    raw[Symbol.dispose]();
    await using device = await VfioUserDevice.connect(counters.path);
    expect((await device.info()).numRegions).to.equal(0);
    open();
  });
});
