import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { HostLine, serialDriver } from '@mdevkit/example-serial';
import { PROBE_VECTORS, probeCommand, probeDriver, probeStatus } from '../devices/index.js';
import { rootPorts, vfioUserDevice } from '../qemu/index.js';
import { capability, command, HotplugSlot, QtestMachine } from '../qtest/index.js';
import { disconnected, serveMdevs, type ServedMdevs } from '../serve/index.js';
import { ProbeUnderQtest } from './probe-under-qtest.js';
import { useLab } from './use-guest.js';

/** A page of the guest's memory for each vector's message. */
const messageAt = (vector: number): number => 0x1_0000 + vector * 0x1000;
const rootPort = { vendor: 0x1b36, device: 0x000c } as const;
const serialId = { vendor: 0x6d64, device: 0x0550 } as const;
const FUNCTION_MASK = 0x4000;

describe('a vfio-user device in QEMU (QEMU hw/vfio-user, hw/vfio/pci.c)', () => {
  const lab = useLab();
  let served: ServedMdevs;

  beforeEach(async () => {
    served = await serveMdevs(probeDriver(), 'probe-one', 1);
  });

  afterEach(async () => {
    await served[Symbol.asyncDispose]();
  });

  async function attach(): Promise<ProbeUnderQtest> {
    return ProbeUnderQtest.attach(lab(), served.at(0));
  }

  it('config space is that of the model (PCI Express Base, 7.5.1)', async () => {
    await using probe = await attach();
    const { pci } = probe;
    expect(await pci.read(0x00, 4)).to.equal(0xed01_6d64);
    expect(await pci.read(0x08, 4)).to.equal(0x00ff_0003);
    expect(await pci.read(0x2c, 4)).to.equal(0x0001_6d64);
    expect(await pci.read(0x3d, 1)).to.equal(1);
    for (const id of [0x01, capability.express, capability.msix]) {
      expect(await pci.findCapability(id), `capability ${id}`).to.be.a('number');
    }
    expect(await pci.findCapability(capability.msi)).to.equal(undefined);
  });

  it('BARs have their sizes and kinds, and answer at their addresses (PCI Express Base, 7.5.1.2.1)', async () => {
    await using probe = await attach();
    const { bars, machine } = probe;
    expect(
      [...bars].map(([index, { kind, size, wide }]) => [index, kind, size, wide]),
    ).to.deep.equal([
      [0, 'memory', 0x4000, false],
      [2, 'memory', 0x1_0000, true],
    ]);
    expect(await probe.read('ID')).to.equal(Number.parseInt(served.at(0).uuid.slice(0, 8), 16));
    await probe.write('ID', 0);
    await probe.write('SCRATCH', 0xcafe_f00d);
    expect(await probe.read('SCRATCH')).to.equal(0xcafe_f00d);
    expect(await machine.qtest.read(probe.address(0) + 5, 1)).to.equal(0xf0);
  });

  it('accesses of 8 bytes, and blocks, arrive whole (vfio-user specification, REGION_READ, REGION_WRITE)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7) & 0xff));
    const wide = probe.address(2);
    await qtest.write64(wide + 0x8000, 0x0102_0304_0506_0708n);
    expect(await qtest.read64(wide + 0x8000)).to.equal(0x0102_0304_0506_0708n);
    await qtest.writeMemory(wide, bytes);
    expect(await qtest.readMemory(wide, bytes.length)).to.deep.equal(bytes);
  });

  it('a BAR that is disabled answers nothing, and the device is still there (PCI Express Base, 7.5.1.1.3)', async () => {
    await using probe = await attach();
    const { pci } = probe;
    await probe.write('SCRATCH', 7);
    const enabled = await pci.read(0x04, 2);
    await pci.write(0x04, 2, enabled & ~0x2);
    expect(await probe.read('SCRATCH')).to.not.equal(7);
    await pci.write(0x04, 2, enabled);
    expect(await probe.read('SCRATCH')).to.equal(7);
  });

  it('each MSI-X vector lands where its entry says (PCI Express Base, 7.7.2)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    const msix = await probe.msix();
    expect(msix.vectors).to.equal(PROBE_VECTORS);
    for (let vector = 0; vector < PROBE_VECTORS; vector += 1) {
      await msix.program(vector, { address: messageAt(vector), data: 0x100 + vector });
    }
    await msix.enable();
    for (let vector = PROBE_VECTORS - 1; vector >= 0; vector -= 1) {
      expect(await qtest.read(messageAt(vector), 4)).to.equal(0);
      await probe.write('DOORBELL', vector);
      await qtest.until(`vector ${vector}`, async () => {
        return (await qtest.read(messageAt(vector), 4)) === 0x100 + vector || undefined;
      });
    }
  });

  it('a masked vector comes when it is unmasked; the others go on (PCI Express Base, 7.7.2)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    const msix = await probe.msix();
    for (const vector of [1, 2]) {
      await msix.program(vector, { address: messageAt(vector), data: vector });
    }
    await msix.enable();
    await msix.mask(1, true);
    await probe.write('DOORBELL', 1);
    await probe.write('DOORBELL', 2);
    await qtest.until(
      'vector 2',
      async () => (await qtest.read(messageAt(2), 4)) === 2 || undefined,
    );
    expect(await qtest.read(messageAt(1), 4)).to.equal(0);
    await msix.mask(1, false);
    expect(await qtest.read(messageAt(1), 4)).to.equal(1);
  });

  it('under the Function Mask all vectors are pending, as the pending bits tell (PCI Express Base, 7.7.2)', async () => {
    await using probe = await attach();
    const { pci } = probe;
    const { qtest } = probe.machine;
    const msix = await probe.msix();
    for (const vector of [1, 6]) {
      await msix.program(vector, { address: messageAt(vector), data: vector });
    }
    await msix.enable();
    await pci.write(msix.offset + 2, 2, (await pci.read(msix.offset + 2, 2)) | FUNCTION_MASK);
    await probe.write('DOORBELL', 6);
    expect(await msix.isPending(6)).to.equal(true);
    expect(await msix.isPending(1)).to.equal(false);
    expect(await qtest.read(messageAt(6), 4)).to.equal(0);
    await pci.write(msix.offset + 2, 2, (await pci.read(msix.offset + 2, 2)) & ~FUNCTION_MASK);
    await qtest.until(
      'vector 6',
      async () => (await qtest.read(messageAt(6), 4)) === 6 || undefined,
    );
    expect(await msix.isPending(6)).to.equal(false);
    expect(await qtest.read(messageAt(1), 4)).to.equal(0);
  });

  it('a vector that is unmasked later works as well, and none does when MSI-X is off (hw/vfio/pci.c, vfio_msix_vector_use)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    const msix = await probe.msix();
    await msix.program(0, { address: messageAt(0), data: 10 });
    await msix.enable();
    await msix.program(5, { address: messageAt(5), data: 15 });
    await probe.write('DOORBELL', 5);
    await qtest.until(
      'vector 5',
      async () => (await qtest.read(messageAt(5), 4)) === 15 || undefined,
    );
    await qtest.write(messageAt(5), 4, 0);
    await msix.enable(false);
    await probe.write('DOORBELL', 5);
    await msix.enable();
    await probe.write('DOORBELL', 0);
    await qtest.until(
      'vector 0',
      async () => (await qtest.read(messageAt(0), 4)) === 10 || undefined,
    );
    expect(await qtest.read(messageAt(5), 4)).to.equal(0);
  });

  it('INTx is a level: it stays until the device lowers it (hw/vfio/pci.c, vfio_intx_interrupt)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    await qtest.interceptIrqs('ioapic');
    for (let round = 0; round < 3; round += 1) {
      await probe.write('DOORBELL', 0);
      const line = await qtest.until('a raised line', async () => {
        await qtest.read(messageAt(0), 4);
        return qtest.raisedIrqs[0];
      });
      expect(line).to.be.within(16, 23);
      // An access to a BAR ends the interrupt for QEMU; the device still has it, and raises it again.
      await probe.read('ID');
      await qtest.until('the line again', async () => {
        await qtest.read(messageAt(0), 4);
        return qtest.raisedIrqs[0];
      });
      await probe.write('LOWER', 0);
      await qtest.until('a lowered line', async () => {
        await probe.read('ID');
        return qtest.raisedIrqs.length === 0 || undefined;
      });
    }
  });

  it('the device reads and writes guest memory by its maps (vfio-user specification, DMA_MAP)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    const bytes = Buffer.from(Array.from({ length: 60_000 }, (_, index) => (index * 31) & 0xff));
    await qtest.writeMemory(0x20_0000, bytes);
    expect(await probe.copy(probeCommand.copyNow, 0x20_0000, 0x40_0123, bytes.length)).to.equal(
      probeStatus.done,
    );
    expect(await qtest.readMemory(0x40_0123, bytes.length)).to.deep.equal(bytes);
    expect(await probe.copy(probeCommand.copyLater, 0x40_0123, 0x60_0000, bytes.length)).to.equal(
      probeStatus.done,
    );
    expect(await qtest.readMemory(0x60_0000, bytes.length)).to.deep.equal(bytes);
    // The guest has 256 MiB: nothing is mapped behind them.
    expect(await probe.copy(probeCommand.copyNow, 0x20_0000, 0x3000_0000, 16)).to.equal(
      probeStatus.fault,
    );
  });

  it('without Bus Master Enable it does not (PCI Express Base, 7.5.1.1.3)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    await qtest.writeMemory(0x20_0000, Buffer.from('secret'));
    await probe.pci.write(0x04, 2, (await probe.pci.read(0x04, 2)) & ~0x4);
    expect(await probe.copy(probeCommand.copyNow, 0x20_0000, 0x40_0000, 6)).to.equal(
      probeStatus.fault,
    );
    expect(await qtest.readMemory(0x40_0000, 6)).to.deep.equal(Buffer.alloc(6));
  });

  it('a reset of the machine resets the device, which works afterwards (vfio-user specification, DEVICE_RESET)', async () => {
    await using probe = await attach();
    const { machine } = probe;
    const { host } = served;
    const { uuid } = served.at(0);
    await probe.write('SCRATCH', 1);
    const { resets } = host.info(uuid).counters;
    // `-no-reboot` would end QEMU instead.
    await machine.monitor.execute('set-action', { reboot: 'reset' });
    const done = machine.monitor.nextEvent('RESET');
    await machine.monitor.execute('system_reset');
    await done;
    await probe.findAgain();
    expect(host.info(uuid).counters.resets).to.be.greaterThan(resets);
    expect(await probe.read('SCRATCH')).to.equal(0);
    await machine.qtest.writeMemory(0x20_0000, Buffer.from('again'));
    expect(await probe.copy(probeCommand.copyNow, 0x20_0000, 0x40_0000, 5)).to.equal(
      probeStatus.done,
    );
    expect(await machine.qtest.readMemory(0x40_0000, 5)).to.deep.equal(Buffer.from('again'));
  });

  it('a function level reset resets the function, and nothing else (PCI Express Base, 6.6.2)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    const msix = await probe.msix();
    await msix.program(3, { address: messageAt(3), data: 33 });
    await msix.enable();
    await probe.write('SCRATCH', 1);
    await probe.functionLevelReset();
    await probe.enable();
    expect(await probe.read('SCRATCH')).to.equal(0);
    await msix.enable();
    await probe.write('DOORBELL', 3);
    await qtest.until(
      'vector 3',
      async () => (await qtest.read(messageAt(3), 4)) === 33 || undefined,
    );
  });
});

describe('a vfio-user device without memory (PCI Express Base, 7.5.1.2.1)', () => {
  const lab = useLab();

  it('answers at its ports, with what its model has there', async () => {
    await using served = await serveMdevs(serialDriver(new HostLine()), 'serial-16550a', 1);
    const devices = [vfioUserDevice({ id: 'serial0', path: served.at(0).path })];
    await using machine = await QtestMachine.start(lab(), { devices });
    const device = await machine.pci.root.find(serialId.vendor, serialId.device);
    const bar = (await device.assignBars()).get(0);
    await device.enable(command.io);
    expect(bar).to.include({ kind: 'ports', size: 8 });
    const scratch = (bar?.address ?? 0) + 7;
    await machine.qtest.portWrite(scratch, 1, 0x5a);
    expect(await machine.qtest.portRead(scratch, 1)).to.equal(0x5a);
    expect(await machine.qtest.portRead(scratch - 3, 4)).to.equal(0x5ab0_6000);
  });
});

describe('hot-plug of a vfio-user device (PCI Express Base, 7.5.3.10)', () => {
  const lab = useLab();

  it('without MSI-X it is plugged in and out several times, and its socket takes the next QEMU each time', async () => {
    await using served = await serveMdevs(serialDriver(new HostLine()), 'serial-16550a', 1);
    await using machine = await QtestMachine.start(lab(), { devices: rootPorts(1) });
    const { monitor, pci } = machine;
    const port = await pci.root.find(rootPort.vendor, rootPort.device);
    const slot = await HotplugSlot.of(port);
    const bus = await pci.openBridge(port);
    const { path, server } = served.at(0);
    for (let round = 0; round < 3; round += 1) {
      await monitor.execute('device_add', vfioUserDevice({ id: 'hot', bus: 'port0', path }));
      await slot.powerOn();
      await bus.find(serialId.vendor, serialId.device);
      expect(server.session?.kind).to.equal('qemu');
      const gone = monitor.nextEvent('DEVICE_DELETED', ({ device: id }) => id === 'hot');
      const left = disconnected(server);
      await monitor.execute('device_del', { id: 'hot' });
      await slot.powerOff();
      await gone;
      expect(await left).to.equal('closed');
      expect(await bus.findAll(serialId.vendor, serialId.device)).to.deep.equal([]);
    }
  });

  it('with MSI-X it may take QEMU along, but not its server (hw/vfio-user/pci.c, vfio_user_msix_teardown)', async () => {
    await using served = await serveMdevs(probeDriver(), 'probe-one', 1);
    const { path, server } = served.at(0);
    const left = disconnected(server);
    {
      await using machine = await QtestMachine.start(lab(), { devices: rootPorts(1) });
      const { monitor, pci, qemu } = machine;
      const slot = await HotplugSlot.of(await pci.root.find(rootPort.vendor, rootPort.device));
      await monitor.execute('device_add', vfioUserDevice({ id: 'hot', bus: 'port0', path }));
      await slot.powerOn();
      const gone = monitor.nextEvent('DEVICE_DELETED', ({ device }) => device === 'hot');
      await monitor.execute('device_del', { id: 'hot' });
      await Promise.race([gone, qemu.exited, slot.powerOff().then(() => gone)]).catch(
        () => undefined,
      );
      expect(await left).to.equal('closed');
    }
    await using probe = await ProbeUnderQtest.attach(lab(), served.at(0));
    await probe.write('SCRATCH', 3);
    expect(await probe.read('SCRATCH')).to.equal(3);
  });
});
