import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { hostWith, outcome } from '../driver/host.test-support.js';
import type { MdevHost } from '../driver/index.js';
import { registerLayout, registerRegion } from '../region/index.js';
import type { Device } from './contract.js';
import { read32, read64, write32, write64 } from './register-access.js';

const layout = registerLayout('wide', 12, [
  { name: 'LOW', offset: 0, width: 4, access: 'rw' },
  { name: 'WIDE', offset: 4, width: 8, access: 'rw' },
]);

describe('read32, write32, read64, write64', () => {
  let host: MdevHost;
  let device: Device;

  beforeEach(async () => {
    ({ host } = await hostWith({
      model: () => ({ regions: [registerRegion('wide', layout.instantiate())] }),
    }));
    const { uuid } = await host.create({ parent: 'p0', type: 'test-one' });
    device = await host.open(uuid);
  });

  afterEach(async () => {
    await device.close();
    await host.close();
  });

  it('carry unsigned values, little endian', async () => {
    await write32(device, 0, layout.offsetOf('LOW'), 0xfedcba98);
    await write64(device, 0, layout.offsetOf('WIDE'), 0xfedcba9876543210n);
    expect(await read32(device, 0, 0)).to.equal(0xfedcba98);
    expect(await read64(device, 0, 4)).to.equal(0xfedcba9876543210n);
    const bytes = new Uint8Array(4);
    await device.read(0, 0, bytes);
    expect([...bytes]).to.deep.equal([0x98, 0xba, 0xdc, 0xfe]);
  });

  it('a region that ends inside the register is EINVAL, not a short value', async () => {
    expect(await outcome(() => read32(device, 0, 10))).to.equal('EINVAL region.range');
    expect(await outcome(() => read64(device, 0, 8))).to.equal('EINVAL region.range');
    expect(await outcome(() => write32(device, 0, 10, 1))).to.equal('EINVAL region.range');
  });
});
