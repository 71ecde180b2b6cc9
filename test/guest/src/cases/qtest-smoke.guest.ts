import { expect } from 'chai';
import { describe, it } from 'mocha';
import { eduDevice, QmpError, rootPorts } from '../qemu/index.js';
import { enableMsi, HotplugSlot, MsixTable, QtestMachine } from '../qtest/index.js';
import { edu } from './edu.js';
import { nvmeIdentify } from './nvme.js';
import { useLab } from './use-guest.js';

const rootPort = { vendor: 0x1b36, device: 0x000c } as const;
const message = { address: 0x1_0000, data: 0x55 } as const;

describe('QEMU without a guest (QEMU system/qtest.c, docs/specs/edu.rst)', () => {
  const lab = useLab();

  it("reads edu's identification in BAR 0", async () => {
    await using machine = await QtestMachine.start(lab(), { devices: [eduDevice({ id: 'edu0' })] });
    const { pci, qtest } = machine;
    const device = await pci.root.find(edu.vendor, edu.device);
    const bar = (await device.assignBars()).get(0);
    await device.enable();
    expect(bar?.size).to.equal(0x10_0000);
    expect(await qtest.read(bar?.address ?? 0, 4)).to.equal(edu.identification);
  });

  it('finds it behind a root port, where its MSI lands in memory', async () => {
    const devices = [...rootPorts(1), eduDevice({ id: 'edu0', bus: 'port0' })];
    await using machine = await QtestMachine.start(lab(), { devices });
    const { pci, qtest } = machine;
    const bus = await pci.openBridge(await pci.root.find(rootPort.vendor, rootPort.device));
    const device = await bus.find(edu.vendor, edu.device);
    const bar = (await device.assignBars()).get(0);
    await device.enable();
    await enableMsi(device, message);
    expect(await qtest.read(message.address, 4)).to.equal(0);
    await qtest.write((bar?.address ?? 0) + edu.raiseIrq, 4, 1);
    expect(await qtest.read(message.address, 4)).to.equal(message.data);
  });

  it('raises its INTx line when MSI is off', async () => {
    await using machine = await QtestMachine.start(lab(), { devices: [eduDevice({ id: 'edu0' })] });
    const { pci, qtest } = machine;
    const device = await pci.root.find(edu.vendor, edu.device);
    const bar = (await device.assignBars()).get(0);
    await device.enable();
    await qtest.interceptIrqs('ioapic');
    await qtest.write((bar?.address ?? 0) + edu.raiseIrq, 4, 1);
    const raised = await qtest.until('a raised line', async () => {
      await qtest.read(bar?.address ?? 0, 4);
      return qtest.raisedIrqs[0];
    });
    await qtest.write((bar?.address ?? 0) + edu.acknowledgeIrq, 4, 1);
    expect(raised).to.be.within(16, 23);
    expect(qtest.raisedIrqs).to.deep.equal([]);
  });

  it('plugs a device into a root port, and out (PCI Express Base, section 7.5.3.10)', async () => {
    await using machine = await QtestMachine.start(lab(), { devices: rootPorts(1) });
    const { monitor, pci } = machine;
    const port = await pci.root.find(rootPort.vendor, rootPort.device);
    const slot = await HotplugSlot.of(port);
    const bus = await pci.openBridge(port);
    await monitor.execute('device_add', eduDevice({ id: 'hot', bus: 'port0' }));
    await slot.powerOn();
    await bus.find(edu.vendor, edu.device);

    const gone = monitor.nextEvent('DEVICE_DELETED', ({ device }) => device === 'hot');
    await monitor.execute('device_del', { id: 'hot' });
    await slot.powerOff();
    await gone;
    expect(await bus.findAll(edu.vendor, edu.device)).to.deep.equal([]);
  });

  it('sees which MSI-X vector fires (PCI Express Base, section 7.7.2)', async () => {
    const devices = [{ driver: 'nvme', serial: 'smoke' }];
    await using machine = await QtestMachine.start(lab(), { devices });
    const { pci, qtest } = machine;
    const device = await pci.root.find(0x1b36, 0x0010);
    const bars = await device.assignBars();
    await device.enable();
    const msix = await MsixTable.find(device, bars);
    await msix.program(0, message);
    await msix.mask(0, true);
    await msix.enable();
    await nvmeIdentify(qtest, bars.get(0)?.address ?? 0);
    await qtest.until('a pending vector', async () => (await msix.isPending(0)) || undefined);
    expect(await qtest.read(message.address, 4)).to.equal(0);
    await msix.mask(0, false);
    expect(await qtest.read(message.address, 4)).to.equal(message.data);
    expect(await msix.isPending(0)).to.equal(false);
  });

  it('gives a device ports, and moves blocks of memory', async () => {
    const devices = [{ driver: 'pci-serial' }];
    await using machine = await QtestMachine.start(lab(), { devices });
    const { pci, qtest } = machine;
    const device = await pci.root.find(0x1b36, 0x0002);
    const bar = (await device.assignBars()).get(0);
    await device.enable(1);
    expect(bar?.kind).to.equal('ports');
    const scratch = (bar?.address ?? 0) + 7;
    await qtest.portWrite(scratch, 1, 0xa5);
    expect(await qtest.portRead(scratch, 1)).to.equal(0xa5);

    const bytes = Buffer.from('all of this');
    await qtest.writeMemory(0x2000, bytes);
    expect(await qtest.readMemory(0x2000, bytes.length)).to.deep.equal(bytes);
    expect(await qtest.read64(0x2000)).to.equal(bytes.readBigUInt64LE());
  });

  it('says why a device cannot be added (QEMU docs/interop/qmp-spec.rst)', async () => {
    await using machine = await QtestMachine.start(lab(), {});
    const added = machine.monitor.execute('device_add', { driver: 'no-such-device' });
    const refusal = await added.catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(QmpError);
    expect(refusal).to.have.property('qmpClass', 'GenericError');
  });

  it('says what QEMU said when it does not start', async () => {
    const started = QtestMachine.start(lab(), { devices: [{ driver: 'no-such-device' }] });
    const failure = await started.catch((error: unknown) => error);
    expect(failure).to.have.property('message').that.includes('no-such-device');
  });
});
