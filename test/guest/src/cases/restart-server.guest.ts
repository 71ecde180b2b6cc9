import { expect } from 'chai';
import { describe, it } from 'mocha';
import { boot } from '../guest/index.js';
import { rootPorts, vfioUserDevice } from '../qemu/index.js';
import { QtestMachine } from '../qtest/index.js';
import { EduProgram, SocketFolder } from '../serve/index.js';
import { ourEdu } from './edu-device.js';
import { GuestRegisters } from './guest-registers.js';
import { useLab } from './use-guest.js';

const ALL_ONES = 0xffff_ffff;

describe('the process of the device is killed under a running guest (docs/guides/qemu.md)', () => {
  const lab = useLab();

  it('the guest reads all ones and goes on; the next server serves the next QEMU, not this one', async () => {
    using folder = new SocketFolder();
    const path = folder.socket('edu.sock');
    await using first = await EduProgram.start(path);
    await using guest = await boot(lab(), {
      programs: ['mmio-read', 'mmio-write'],
      devices: [...rootPorts(1), vfioUserDevice({ id: 'edu0', bus: 'port0', path })],
    });
    const registers = await GuestRegisters.of(guest, '0000:01:00.0');
    expect(await registers.write(ourEdu.scratch, 7)).to.equal(7);

    expect(await first.stop('SIGKILL')).to.have.property('signal', 'SIGKILL');
    expect(await registers.read(ourEdu.scratch)).to.equal(ALL_ONES);
    expect(await registers.write(ourEdu.scratch, 8)).to.equal(ALL_ONES);
    expect(await guest.read('uname -s')).to.equal('Linux');

    await using _second = await EduProgram.start(path);
    expect(await registers.read(0)).to.equal(ALL_ONES);
    await using machine = await QtestMachine.start(lab(), {
      devices: [vfioUserDevice({ id: 'edu0', path })],
    });
    const device = await machine.pci.root.find(ourEdu.vendor, ourEdu.device);
    const bar = (await device.assignBars()).get(0)?.address ?? 0;
    await device.enable();
    expect(await machine.qtest.read(bar, 4)).to.equal(ourEdu.identification);
    expect(await machine.qtest.read(bar + ourEdu.scratch, 4)).to.equal(0);
    expect(await registers.read(0)).to.equal(ALL_ONES);
    expect(await guest.powerOff()).to.deep.equal({ code: 0, signal: undefined });
  });
});
