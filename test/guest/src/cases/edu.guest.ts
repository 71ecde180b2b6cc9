import { existsSync } from 'node:fs';
import { qemuCommand, VECTORS } from '@mdevkit/example-edu';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { bindVfioPci, pciAddresses } from '../guest/index.js';
import { intelIommu, rootPorts, vfioUserDevice } from '../qemu/index.js';
import { EduProgram, SocketFolder } from '../serve/index.js';
import { ourEdu } from './edu-device.js';
import { GuestRegisters } from './guest-registers.js';
import { useGuest } from './use-guest.js';

describe('the program examples/edu in a Linux guest (docs/guides/qemu.md)', () => {
  let folder: SocketFolder | undefined;
  let program: EduProgram | undefined;
  const path = (): string => folder?.socket('edu.sock') ?? '';

  before(async () => {
    folder = new SocketFolder();
    program = await EduProgram.start(path());
  });

  const guest = useGuest(() => ({
    modules: ['vfio-pci', 'vfio_iommu_type1'],
    programs: ['mmio-read', 'mmio-write', 'vfio-irq'],
    kernelOptions: ['intel_iommu=on'],
    devices: [
      intelIommu(),
      ...rootPorts(1),
      vfioUserDevice({ id: 'edu0', bus: 'port0', path: path() }),
    ],
  }));

  after(async () => {
    await program?.[Symbol.asyncDispose]();
    folder?.[Symbol.dispose]();
  });

  async function address(): Promise<string> {
    const [found] = await pciAddresses(guest(), ourEdu.vendor, ourEdu.device);
    return found ?? 'no address';
  }

  it('lspci reads all of its capabilities (PCI Express Base, 7.5, 7.7, 7.9)', async () => {
    const text = await guest().read('lspci -vv -d 6d64:ed00');
    expect(text).to.match(/^01:00\.0 /);
    expect(text).to.match(
      /Region 0: Memory at [0-9a-f]+ \(32-bit, non-prefetchable\).*\[size=16K\]/,
    );
    expect(text).to.match(/Capabilities: \[..\] Express \(v2\) Endpoint/);
    expect(text).to.match(/FLReset\+/);
    expect(text).to.match(/Capabilities: \[..\] Power Management version 3/);
    expect(text).to.match(/Capabilities: \[..\] MSI-X: Enable- Count=4 Masked-/);
    expect(text).to.match(/Vector table: BAR=0 offset=00002000/);
    expect(text).to.match(/PBA: BAR=0 offset=00003000/);
    expect(text).to.match(/Capabilities: \[..\] Vendor Specific Information/);
    expect(text).to.not.match(/unknown|broken/i);
  });

  it('has the 4096 bytes of config space of a PCI Express function (PCI Express Base, 7.2.2)', async () => {
    expect(await guest().read(`wc -c </sys/bus/pci/devices/${await address()}/config`)).to.equal(
      '4096',
    );
  });

  it('its registers are in BAR 0 (examples/edu/src/edu.ts)', async () => {
    const registers = await GuestRegisters.of(guest(), await address());
    expect(await registers.read(0)).to.equal(ourEdu.identification);
    expect(await registers.read(ourEdu.scratch)).to.equal(0);
    expect(await registers.write(ourEdu.scratch, 0xcafe_f00d)).to.equal(0xcafe_f00d);
    expect(await registers.read(ourEdu.scratch)).to.equal(0xcafe_f00d);
    expect(await registers.write(0, 1)).to.equal(ourEdu.identification);
  });

  it('asleep it does not answer, and awake it is as it was: No_Soft_Reset (PCI Express Base, 5.3.1.4)', async () => {
    const registers = await GuestRegisters.of(guest(), await address());
    await registers.write(ourEdu.scratch, 5);
    await guest().read('setpci -d 6d64:ed00 CAP_PM+4.w=3');
    expect(await guest().read('lspci -vv -d 6d64:ed00')).to.match(/Status: D3 NoSoftRst\+/);
    expect(await registers.read(ourEdu.scratch)).to.not.equal(5);
    await guest().read('setpci -d 6d64:ed00 CAP_PM+4.w=0');
    expect(await registers.read(ourEdu.scratch)).to.equal(5);
  });

  it('each vector interrupts a program of the guest by vfio-pci (drivers/vfio/pci/vfio_pci_intrs.c)', async () => {
    const place = await address();
    await bindVfioPci(guest(), place);
    for (let vector = 0; vector < VECTORS; vector += 1) {
      const raised = await guest().run(
        `vfio-irq ${place} msix ${vector} ${ourEdu.doorbell} ${vector}`,
      );
      expect(raised).to.deep.equal({ code: 0, output: `vectors ${VECTORS}\ninterrupts 1\n` });
    }
  });

  it('the program ends by SIGTERM with 0, and takes its socket along (docs/guides/qemu.md)', async () => {
    await guest().powerOff();
    expect(existsSync(path())).to.equal(true);
    expect(await program?.stop('SIGTERM')).to.deep.equal({ code: 0, signal: undefined });
    expect(existsSync(path())).to.equal(false);
    expect(program?.output.text).to.equal(`${qemuCommand(path())}\n`);
  });
});
