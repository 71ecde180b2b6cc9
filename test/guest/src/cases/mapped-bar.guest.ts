import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Window, windowId, windowLayout } from '../devices/index.js';
import { vfioUserDevice } from '../qemu/index.js';
import { PciHost, QtestMachine } from '../qtest/index.js';
import { serveMdevs, type ServedMdevs } from '../serve/index.js';
import { useLab } from './use-guest.js';

describe('memory of a device that QEMU maps (vfio-user specification, DEVICE_GET_REGION_INFO, sparse areas)', () => {
  const lab = useLab();
  let window: Window;
  let served: ServedMdevs;

  beforeEach(async () => {
    window = new Window();
    served = await serveMdevs(window.driver, 'window-one', 1);
  });

  afterEach(async () => {
    await served[Symbol.asyncDispose]();
    window[Symbol.dispose]();
  });

  async function attach(): Promise<{ machine: QtestMachine; bar: () => Promise<number> }> {
    const devices = [vfioUserDevice({ id: 'window0', path: served.at(0).path })];
    const machine = await QtestMachine.start(lab(), { devices });
    const bar = async (): Promise<number> => {
      const device = await machine.pci.root.find(windowId.vendor, windowId.device);
      const bars = await device.assignBars();
      await device.enable();
      return bars.get(0)?.address ?? 0;
    };
    return { machine, bar };
  }

  it('both sides see the same bytes, and no message carries them; the page before them is asked for', async () => {
    const { machine, bar } = await attach();
    await using _machine = machine;
    const { qtest } = machine;
    const address = (await bar()) + windowLayout.trapped;
    await qtest.read(address - 4, 4);
    const before = served.at(0).server.session?.counters.commands;
    await qtest.write(address + 0x100, 4, 0xfeed_f00d);
    window.bytes.fill(0x5a, 0x200, 0x204);
    expect(await qtest.read(address + 0x200, 4)).to.equal(0x5a5a_5a5a);
    expect([...window.bytes.subarray(0x100, 0x104)]).to.deep.equal([0x0d, 0xf0, 0xed, 0xfe]);
    expect(served.at(0).server.session?.counters.commands).to.equal(before);
    expect(window.accesses).to.be.greaterThan(0);
  });

  it('a reset takes the mapping away and the next one shows the same memory', async () => {
    const { machine, bar } = await attach();
    await using _machine = machine;
    const { qtest, monitor } = machine;
    await qtest.write((await bar()) + windowLayout.trapped, 4, 0x1234_5678);
    // `-no-reboot` would end QEMU instead.
    await monitor.execute('set-action', { reboot: 'reset' });
    const done = monitor.nextEvent('RESET');
    await monitor.execute('system_reset');
    await done;
    await PciHost.create(qtest);
    expect(await qtest.read((await bar()) + windowLayout.trapped, 4)).to.equal(0x1234_5678);
  });
});
