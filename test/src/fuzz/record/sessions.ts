import { eduDriver, eduRegisters } from '@mdevkit/example-edu';
import { HostLine, serialDriver } from '@mdevkit/example-serial';
import type { GuestPackage, Machine } from './guest-lab.js';
import { serveRecorded, type RecordedDevice } from './recorded-device.js';

const ROOT_PORT = [0x1b36, 0x000c] as const;
const EDU = [0x6d64, 0xed00] as const;
const SCRATCH = eduRegisters.offsetOf('SCRATCH');
const DOORBELL = eduRegisters.offsetOf('DOORBELL');
const MESSAGE = { address: 0x1_0000, data: 0x55 } as const;

/** QEMU takes the memory of the guest from the heap: no descriptors, and DMA by messages. */
const PRIVATE_MEMORY = [
  ...['-object', 'memory-backend-ram,id=private,size=64M'],
  ...['-machine', 'memory-backend=private'],
];

/** What is recorded: a name, the device, and what is done to it. */
export interface SessionScript {
  readonly name: string;
  serve(): Promise<RecordedDevice>;
  run(guest: GuestPackage, lab: object, path: string): Promise<void>;
}

function serveEdu(): Promise<RecordedDevice> {
  return serveRecorded(eduDriver, 'edu0', 'edu-one');
}

function serveSerial(): Promise<RecordedDevice> {
  const line = new HostLine();
  line.onTransmitted((character) => {
    // Two characters at the other end's pace: each is an interrupt of its own.
    line.send(Uint8Array.of(character, 0x21));
  });
  return serveRecorded(serialDriver(line), 'serial0', 'serial-16550a');
}

/** Realize, BARs, registers, all vectors on, masked and off, and a reset of the machine. */
async function driveEdu({ MsixTable }: GuestPackage, { pci, qtest }: Machine): Promise<void> {
  const port = await pci.root.find(...ROOT_PORT);
  const bus = await pci.openBridge(port);
  const device = await bus.find(...EDU);
  const bars = await device.assignBars();
  const registers = bars.get(0)?.address ?? 0;
  await device.enable();
  await qtest.write(registers + SCRATCH, 4, 0x1234_5678);
  await qtest.read(registers + SCRATCH, 4);
  const msix = await MsixTable.find(device, bars);
  for (let vector = 0; vector < 4; vector++) {
    await msix.program(vector, { ...MESSAGE, data: MESSAGE.data + vector });
  }
  await msix.enable();
  await qtest.write(registers + DOORBELL, 4, 2);
  await msix.mask(2, true);
  await qtest.write(registers + DOORBELL, 4, 2);
  await qtest.read(registers + 0x3000, 4);
  await msix.enable(false);
  // Function-level reset: Device Control of the capability at 0x40 or where it lies.
  const express = await device.read(0x34, 1);
  await device.write(express + 8, 2, 0x8000);
}

function qtestEdu(name: string, more: readonly string[]): SessionScript {
  return {
    name,
    serve: serveEdu,
    run: async (guest, lab, path) => {
      const devices = [
        ...guest.rootPorts(1),
        guest.vfioUserDevice({ id: 'v0', bus: 'port0', path }),
      ];
      await using machine = await guest.QtestMachine.start(lab, { devices, more, memoryMiB: 64 });
      await driveEdu(guest, machine);
    },
  };
}

const resetEdu: SessionScript = {
  name: 'qtest-reset',
  serve: serveEdu,
  run: async (guest, lab, path) => {
    const devices = [...guest.rootPorts(1), guest.vfioUserDevice({ id: 'v0', bus: 'port0', path })];
    // The lab's machines end where they would start again.
    const more = ['-action', 'reboot=reset'];
    await using machine = await guest.QtestMachine.start(lab, { devices, more, memoryMiB: 64 });
    const reset = machine.monitor.nextEvent('RESET');
    await machine.monitor.execute('system_reset');
    await reset;
    await machine.monitor.execute('query-status');
  },
};

const linuxEdu: SessionScript = {
  name: 'linux-edu',
  serve: serveEdu,
  run: async (guest, lab, path) => {
    await using linux = await guest.boot(lab, {
      modules: ['vfio-pci', 'vfio_iommu_type1'],
      programs: ['vfio-irq'],
      kernelOptions: ['intel_iommu=on'],
      devices: [guest.intelIommu(), ...guest.rootPorts(1)],
    });
    const from = linux.qemu.console.length;
    // Plugged in, and never out: QEMU 11.1.3 aborts there (memory_region_del_subregion).
    await linux.monitor.execute(
      'device_add',
      guest.vfioUserDevice({ id: 'v0', bus: 'port0', path }),
    );
    await linux.waitFor(/\[6d64:ed00\]/, { from });
    const [address = ''] = await guest.pciAddresses(linux, ...EDU);
    await linux.read(`lspci -vv -s ${address}`);
    await linux.read(`echo 1 >/sys/bus/pci/devices/${address}/reset`);
    await guest.bindVfioPci(linux, address);
    await linux.run(`vfio-irq ${address} msix 1 ${DOORBELL} 1`);
    await linux.powerOff();
  },
};

const linuxSerial: SessionScript = {
  name: 'linux-serial',
  serve: serveSerial,
  run: async (guest, lab, path) => {
    await using linux = await guest.boot(lab, {
      devices: [...guest.rootPorts(1), guest.vfioUserDevice({ id: 'v0', bus: 'port0', path })],
    });
    // The port that is ours is the last one that has a UART.
    await linux.run(
      'port=/dev/ttyS$(grep -v "uart:unknown" /proc/tty/driver/serial | tail -n1 | cut -d: -f1); ' +
        'stty -F $port raw -echo 115200; (head -c 8 $port >/tmp/in) & sleep 1; printf abcd >$port; wait',
    );
    await linux.powerOff();
  },
};

export const sessionScripts: readonly SessionScript[] = [
  qtestEdu('qtest-edu', []),
  qtestEdu('qtest-private-memory', PRIVATE_MEMORY),
  resetEdu,
  linuxEdu,
  linuxSerial,
];
