import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { BUSY_BYTES, busyDriver, busyId, busyRegisters } from '../devices/index.js';
import { type Lab } from '../lab/index.js';
import { vfioUserDevice } from '../qemu/index.js';
import { MsixTable, QtestMachine } from '../qtest/index.js';
import { disconnected, serveMdevs, type ServedMdevs } from '../serve/index.js';
import { useLab } from './use-guest.js';

const ROUNDS = 5;
const DEVICES = 2;
/** Where the guest has the buffer of a device, and the messages of its vectors. */
const bufferOf = (index: number): number => 0x20_0000 + index * 0x1_0000;
const messageOf = (index: number, vector: number): number => 0x1_0000 + (index * 2 + vector) * 64;
const MESSAGE = 0x600d;

/** Descriptors of this process: eventfds, sockets and memory of a QEMU that is gone must not be among them. */
function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** What this process has mapped of a guest's memory. */
function guestMaps(): string[] {
  const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
  return maps.filter((line) => line.includes('/memfd:memory-backend-memfd'));
}

/** A QEMU whose devices all work without end. */
async function startWork(lab: Lab, served: ServedMdevs): Promise<QtestMachine> {
  const devices = served.all.map(({ path }, index) => vfioUserDevice({ id: `busy${index}`, path }));
  const machine = await QtestMachine.start(lab, { devices });
  const { pci, qtest } = machine;
  try {
    for (const [index, device] of (
      await pci.root.findAll(busyId.vendor, busyId.device)
    ).entries()) {
      const bars = await device.assignBars();
      const registers = bars.get(0)?.address ?? 0;
      await device.enable();
      // A reset has ended what the last QEMU began.
      expect(await qtest.read(registers + busyRegisters.offsetOf('ROUNDS'), 4)).to.equal(0);
      const msix = await MsixTable.find(device, bars);
      await msix.program(0, { address: messageOf(index, 0), data: MESSAGE });
      await msix.program(1, { address: messageOf(index, 1), data: MESSAGE });
      await msix.enable();
      await qtest.write(registers + busyRegisters.offsetOf('BUFFER'), 4, bufferOf(index));
      await qtest.write(registers + busyRegisters.offsetOf('START'), 4, 1);
    }
    return machine;
  } catch (error) {
    await machine[Symbol.asyncDispose]();
    throw error;
  }
}

/** Waits until every device has written its memory and raised both vectors, twice over. */
async function seeWork({ qtest }: QtestMachine, served: ServedMdevs): Promise<void> {
  for (const index of served.all.keys()) {
    for (let times = 0; times < 2; times += 1) {
      const place = bufferOf(index);
      const before = await qtest.readMemory(place + BUSY_BYTES - 1, 1);
      await qtest.until('a change of the memory', async () => {
        return !before.equals(await qtest.readMemory(place + BUSY_BYTES - 1, 1)) || undefined;
      });
      for (const vector of [0, 1]) {
        await qtest.write(messageOf(index, vector), 4, 0);
        await qtest.until('an interrupt', async () => {
          return (await qtest.read(messageOf(index, vector), 4)) === MESSAGE || undefined;
        });
      }
    }
  }
}

describe('QEMU is killed while devices write its memory and interrupt (vfio-user specification, disconnection)', () => {
  const lab = useLab();

  it('nothing of it is left, and the next QEMU has the same devices, several times over', async () => {
    await using served = await serveMdevs(busyDriver(), 'busy-one', DEVICES);
    const before = descriptors();
    for (let round = 0; round < ROUNDS; round += 1) {
      await using machine = await startWork(lab(), served);
      await seeWork(machine, served);
      expect(guestMaps()).to.not.deep.equal([]);
      const left = Promise.all(served.all.map(({ server }) => disconnected(server)));
      process.kill(machine.qemu.pid ?? 0, 'SIGKILL');
      expect(await left).to.deep.equal(Array.from({ length: DEVICES }, () => 'closed'));
      expect(await machine.qemu.exited).to.have.property('signal', 'SIGKILL');
      expect(guestMaps(), `round ${round}`).to.deep.equal([]);
      expect(descriptors(), `round ${round}`).to.equal(before);
    }
  });
});
