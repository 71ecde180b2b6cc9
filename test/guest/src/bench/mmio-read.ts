import { boot, type Guest, pciAddresses } from '../guest/index.js';
import { openLab } from '../lab/index.js';
import { eduDevice, rootPorts, vfioUserDevice } from '../qemu/index.js';
import { EduProgram, SocketFolder } from '../serve/index.js';

const ROUNDS = 11;
const READS = 5000;
const LIMIT_MS = 120_000;

/** Nanoseconds of one read of a register by a program of the guest, round by round. */
export interface GuestMmioReads {
  /** Of the device of `examples/edu`, served by a process of its own. */
  readonly ours: number[];
  /** Of QEMU's own edu device, which runs inside QEMU. */
  readonly qemuEdu: number[];
}

/**
 * Boots one guest with both devices, and lets `programs/mmio-read.c` read a 32-bit register of each in turn. Needs the
 * lab, which {@link openLab} makes if it must. Throws LabError, and GuestError if the guest does not do it.
 */
export async function guestMmioReads(): Promise<GuestMmioReads> {
  const lab = await openLab();
  using folder = new SocketFolder();
  await using program = await EduProgram.start(folder.socket('edu.sock'));
  await using guest = await boot(lab, {
    programs: ['mmio-read'],
    devices: [
      ...rootPorts(2),
      vfioUserDevice({ id: 'ours', bus: 'port0', path: program.path }),
      eduDevice({ id: 'theirs', bus: 'port1' }),
    ],
  });
  const [ours, theirs] = [
    await resource(guest, 0x6d64, 0xed00),
    await resource(guest, 0x1234, 0x11e8),
  ];
  const reads: GuestMmioReads = { ours: [], qemuEdu: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    reads.ours.push(await nanoseconds(guest, ours));
    reads.qemuEdu.push(await nanoseconds(guest, theirs));
  }
  return reads;
}

/** BAR 0 of a function, which is enabled. */
async function resource(guest: Guest, vendor: number, device: number): Promise<string> {
  const [address = 'none'] = await pciAddresses(guest, vendor, device);
  const place = `/sys/bus/pci/devices/${address}`;
  await guest.read(`echo 1 >${place}/enable`);
  return `${place}/resource0`;
}

async function nanoseconds(guest: Guest, path: string): Promise<number> {
  const output = await guest.read(`mmio-read ${path} 0 ${READS}`, LIMIT_MS);
  const time = Number(/^nanoseconds (\d+\.\d)$/m.exec(output)?.[1]);
  if (!(time > 0)) {
    throw new Error(`mmio-read said: ${output}`);
  }
  return time;
}
