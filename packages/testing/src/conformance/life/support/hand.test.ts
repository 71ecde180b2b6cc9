import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Bench } from '../../bench/index.js';
import { engineHosts } from '../specimen.test-support.js';
import { handOf } from './hand.js';

describe('a hand that lets go of a device (own rule: a method of Device rejects, and does not throw)', () => {
  it('refuses every call by a promise, and has no more events', async () => {
    await using bench = await Bench.start(engineHosts());
    const { device, letGo } = handOf(await bench.open());
    expect((await device.info()).numRegions).to.equal(2);
    letGo();
    const heard = await device.write(0, 0, new Uint8Array(4)).catch(String);
    expect(heard).to.contain('nobody uses the device any more');
    expect((await device.events().next()).done).to.equal(true);
  });
});
