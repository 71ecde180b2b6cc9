import type { Device } from '@mdevkit/core';
import { VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
import { placedRegisters, type Bench, type PlacedRegister } from '../../bench/index.js';
import { codeOf } from '../../support/index.js';
import { isPci, makeReady } from './regions.js';

/** Registers that are written to, and read after each write, at the most. */
const WRITTEN = 24;
const READ = 48;
/** A switch, and a pattern. */
const VALUES = [0x01, 0x5a] as const;

/** The registers of a device, as its model places them; without config space. */
export async function registersOf(
  bench: Bench,
  uuid: string,
  device: Device,
): Promise<readonly PlacedRegister[]> {
  const { inner } = bench.watch.mdev(uuid);
  const config = (await isPci(device)) ? VFIO_PCI_CONFIG_REGION_INDEX : -1;
  return inner === undefined
    ? []
    : placedRegisters(inner).filter(({ region }) => region !== config);
}

/**
 * Writes to the registers of a device one after the other, and reads all of them after each write. What it is answered; the
 * same for every device of a type that knows nothing of another, as long as time stands still. `meanwhile` is done before
 * each write.
 */
export async function playRegisters(
  bench: Bench,
  uuid: string,
  device: Device,
  meanwhile: (written: PlacedRegister, value: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly string[]> {
  await makeReady(device);
  const all = await registersOf(bench, uuid, device);
  const told: string[] = [];
  for (const written of all.filter(({ writable }) => writable).slice(0, WRITTEN)) {
    for (const value of VALUES) {
      await meanwhile(written, value);
      const code = await writeRegister(device, written, value);
      await bench.settle();
      const reads: string[] = [];
      for (const register of all.slice(0, READ)) {
        reads.push(`${register.name} ${await readRegister(device, register)}`);
      }
      told.push(`0x${value.toString(16)} to ${written.name}: ${code}`, ...reads);
    }
  }
  return told;
}

/** The lowest byte of a register is `value`, the others are 0. */
export function writeRegister(
  device: Device,
  { region, offset, width }: PlacedRegister,
  value: number,
): Promise<string> {
  const bytes = new Uint8Array(width);
  bytes[0] = value;
  return codeOf(device.write(region, offset, bytes));
}

async function readRegister(
  device: Device,
  { region, offset, width }: PlacedRegister,
): Promise<string> {
  const bytes = new Uint8Array(width);
  const code = await codeOf(device.read(region, offset, bytes));
  return code === 'done' ? `0x${Buffer.from(bytes).reverse().toString('hex')}` : code;
}

/** Fails with the first answer that is another one. */
export function requireSameRegisters(
  answers: readonly string[],
  expected: readonly string[],
): void {
  const at = answers.findIndex((answer, index) => answer !== expected[index]);
  if (at >= 0) {
    const write = expected.slice(0, at + 1).findLast((answer) => answer.startsWith('0x')) ?? '';
    throw new Error(
      `after a write of ${write} a device answers "${answers[at] ?? ''}", another of its type "${expected[at] ?? 'nothing'}"`,
    );
  }
}
