import { Accelerator, accelDriver } from '@mdevkit/accel';
import { MdevHost, type SharedAllocation } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { overVfioUser } from './ways.js';

const text = new TextEncoder().encode('the same words, the same words, the same words');

describe('the accelerator of another process (own rule: one device contract)', () => {
  it('works in memory that has a descriptor, and releases it once when it is closed (bug)', async () => {
    let [lent, released] = [0, 0];
    const allocateMemory = (size: number): SharedAllocation => {
      const memory = SharedMemory.create(size);
      const { bytes = new Uint8Array() } = memory;
      lent += 1;
      const release = (): void => {
        released += 1;
        memory[Symbol.dispose]();
      };
      return { memory, bytes, release };
    };
    await using host = new MdevHost();
    await host.load(accelDriver());
    const { uuid } = await host.create({ parent: 'accel0', type: 'accel-2q' });
    await using way = await overVfioUser().open(host, uuid);
    const accelerator = await Accelerator.attach(way.device, {
      allocateMemory,
      bufferBytes: 0x10000,
    });
    const squeezed = await accelerator.compress(text);
    expect(await accelerator.decompress(squeezed, text.length)).to.deep.equal(text);
    await accelerator.close();
    expect([lent, released]).to.deep.equal([2, 2]);
  });
});
