import { expect } from 'chai';
import { describe, it } from 'mocha';
import { bindVfioPci, boot, pciAddresses } from '../guest/index.js';
import { eduDevice, intelIommu, rootPorts } from '../qemu/index.js';
import { edu } from './edu.js';
import { useGuest, useLab } from './use-guest.js';

describe('a Linux guest (QEMU docs/specs/edu.rst)', () => {
  const guest = useGuest(() => ({
    modules: ['vfio-pci', 'vfio_iommu_type1'],
    programs: ['mmio-read', 'vfio-irq'],
    kernelOptions: ['intel_iommu=on'],
    devices: [intelIommu(), ...rootPorts(2), eduDevice({ id: 'edu0', bus: 'port0' })],
  }));

  async function eduAddress(): Promise<string> {
    const [address] = await pciAddresses(guest(), edu.vendor, edu.device);
    return address ?? 'no address';
  }

  it('sees the device with lspci', async () => {
    const seen = await guest().read('lspci -nn -d 1234:11e8');
    expect(seen).to.match(/^01:00\.0 .*\[1234:11e8\]/);
  });

  it('tells how a command ended, with all of its output', async () => {
    const result = await guest().run('for i in $(seq 2000); do echo line $i; done; exit 7');
    expect(result.code).to.equal(7);
    expect(result.output.split('\n')).to.have.length(2001);
    expect(result.output).to.match(/^line 1\n[^]*line 2000\n$/);
  });

  it('keeps replies apart from what the kernel says meanwhile', async () => {
    const from = guest().qemu.console.length;
    const output = await guest().read('echo before; echo a kernel message >/dev/kmsg; echo after');
    expect(output).to.equal('before\nafter');
    await guest().waitFor(/a kernel message/, { from });
  });

  it('maps a BAR and reads a register (programs/mmio-read.c)', async () => {
    const place = `/sys/bus/pci/devices/${await eduAddress()}`;
    const output = await guest().read(
      `echo 1 >${place}/enable && mmio-read ${place}/resource0 0 1000`,
    );
    expect(output).to.match(/^value 0x010000ed\nnanoseconds \d+\.\d$/);
  });

  it('is interrupted by MSI through vfio-pci (programs/vfio-irq.c)', async () => {
    const address = await eduAddress();
    await bindVfioPci(guest(), address);
    const raised = await guest().run(`vfio-irq ${address} msi 0 ${edu.raiseIrq} 1`);
    expect(raised).to.deep.equal({ code: 0, output: 'vectors 1\ninterrupts 1\n' });
  });

  it('gets a device while it runs, and gives it back (QEMU docs/interop/qmp-spec.rst)', async () => {
    const { monitor } = guest();
    const from = guest().qemu.console.length;
    await monitor.execute('device_add', eduDevice({ id: 'hot', bus: 'port1' }));
    await guest().waitFor(/pci 0000:02:00\.0: \[1234:11e8\]/, { from });
    expect(await pciAddresses(guest(), edu.vendor, edu.device)).to.have.length(2);

    const gone = monitor.nextEvent('DEVICE_DELETED', ({ device }) => device === 'hot');
    await monitor.execute('device_del', { id: 'hot' });
    await gone;
    expect(await pciAddresses(guest(), edu.vendor, edu.device)).to.have.length(1);
  });

  it('switches itself off', async () => {
    expect(await guest().powerOff()).to.deep.equal({ code: 0, signal: undefined });
  });
});

describe('a Linux guest that panics', () => {
  const lab = useLab();

  it('fails the command that runs, at once and with the console', async () => {
    await using guest = await boot(lab());
    const failure = await guest.run('echo c >/proc/sysrq-trigger').catch((error: unknown) => error);
    expect(failure).to.be.an('error').with.property('name', 'GuestError');
    expect(failure).to.have.property('message').that.includes('Kernel panic');
  });
});
