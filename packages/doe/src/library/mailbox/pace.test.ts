import { ManualClock } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { getEventListeners } from 'node:events';
import { pause, settledInTime } from './pace.js';

describe('pause', () => {
  it('doe §2 requester pause: leaves neither timer nor listener, whether it ends or is cancelled (drivers/pci/doe.c, pci_doe_wait)', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const { signal } = controller;
    const ended = pause(clock, 8, signal);
    clock.advance(8);
    await ended;
    expect([clock.pendingCount, getEventListeners(signal, 'abort').length]).to.deep.equal([0, 0]);
    const cancelled = settled(pause(clock, 8, signal));
    controller.abort();
    expect(await cancelled).to.equal('EIO doe.cancelled');
    expect(clock.pendingCount).to.equal(0);
    expect(await settled(pause(clock, 8, signal))).to.equal('EIO doe.cancelled');
    expect(clock.pendingCount).to.equal(0);
  });

  it('doe §2 requester close: work that fails has settled as well, and no timer is left (own rule)', async () => {
    const clock = new ManualClock();
    await settledInTime(clock, Promise.reject(new Error('failed')));
    expect(clock.pendingCount).to.equal(0);
  });
});
