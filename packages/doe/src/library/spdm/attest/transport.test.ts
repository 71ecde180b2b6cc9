import type { Clock } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { goodDevice, goodPolicy, verdictOf } from '../device.test-support.js';
import { attest } from './index.js';

const row = 'spdm attest refusal';

/** Goes on by the time of each wait. */
class LeapingClock implements Clock {
  time = 0;

  now(): number {
    return this.time;
  }

  schedule(delay: number, callback: () => void): Disposable {
    this.time += delay;
    queueMicrotask(callback);
    return { [Symbol.dispose]: () => {} };
  }
}

describe('spdm attest: transports that fail, and slow ones (own rule)', () => {
  it(`${row}: an error of the transport of whatever class, but not the mistakes of who wrote it (bug; own rule)`, async () => {
    const failing = async (error: Error, session = false) => {
      const device = await goodDevice();
      const exchange = device.exchange.bind(device);
      device.exchange = (vendor, type, payload) =>
        type === (session ? 2 : 1) ? Promise.reject(error) : exchange(vendor, type, payload);
      return attest(device, await goodPolicy({ session }));
    };
    const broken = new Error('the wire is broken');
    for (const session of [false, true]) {
      const refused = await failing(broken, session);
      expect(refused).to.include({ verdict: 'refused', reason: 'doe.spdm-transport' });
      expect(refused.detail).to.contain('the wire is broken');
      expect(refused.chain).to.have.length(session ? 3 : 0);
    }
    for (const mistake of [new TypeError('no'), new RangeError('no')]) {
      expect(await failing(mistake).catch((error: unknown) => error)).to.equal(mistake);
    }
  });

  it(`${row}: the caller's abort is thrown, whatever the transport makes of it (own rule)`, async () => {
    const caller = new AbortController();
    const device = await goodDevice();
    device.exchange = () => {
      caller.abort();
      return Promise.reject(new Error('aborted'));
    };
    const policy = await goodPolicy({ signal: caller.signal });
    expect(await settled(attest(device, policy))).to.equal('ECANCELED doe.spdm-cancelled');
  });

  it(`${row}: a device that takes longer for all than is allowed (bug; own rule)`, async () => {
    const slow = async (totalMs: number) => {
      const clock = new LeapingClock();
      const device = await goodDevice();
      const exchange = device.exchange.bind(device);
      device.exchange = (...object) => {
        clock.time += 900;
        return exchange(...object);
      };
      const verdict = await verdictOf(device, { clock, limits: { totalMs } });
      return [verdict, clock.time <= totalMs + 900];
    };
    expect(await slow(60_000)).to.deep.equal(['trusted', true]);
    expect(await slow(5000)).to.deep.equal(['doe.spdm-time-limit', true]);
  });

  it(`${row}: a device that is busy before each answer, in the whole too often (bug; own rule)`, async () => {
    const busy = async (totalRetries: number, session: boolean) => {
      const device = await goodDevice({ portion: 100 });
      const respond = device.respond.bind(device);
      let turn = 0;
      device.respond = (request, inside) =>
        turn++ % 2 === 0 && request[1] !== 0x84 ? device.error(3) : respond(request, inside);
      const limits = { totalRetries, busyRetries: 1 };
      return verdictOf(device, { clock: new LeapingClock(), session, limits });
    };
    expect(await busy(100, false)).to.equal('trusted');
    expect(await busy(100, true)).to.equal('trusted');
    expect(await busy(8, false)).to.equal('doe.spdm-error-busy');
  });
});
