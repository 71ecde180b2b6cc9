import type { Device } from '@mdevkit/core';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  awake,
  check,
  fail,
  nameOf,
  ready,
  unless,
  writeAt,
  type Without,
} from '../support/index.js';
import {
  digits,
  keeps,
  readableRegisters,
  same,
  storages,
  valueOf,
  type Storage,
} from './storage.js';

const split = 'drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_core_do_io_rw';
/** Neither of the bytes that a register is known to keep. */
const OTHER = 0x3c;

/** Registers one by one, where a model says which it has, and they keep what is written to them. */
export const registerChecks: readonly ConformanceCheck[] = [
  ...[1, 2, 4].map((width) =>
    eachStorage(
      `write-narrow-${width}`,
      `row natural split: a write of ${width} bytes changes these bytes of a register, and no other (${split})`,
      async (bench, device, storage) => {
        for (let at = 0; at < storage.register.width; at += width) {
          await writePart(bench, device, storage, at, width);
        }
      },
      (register) => register.width > width,
    ),
  ),
  check(
    'read-harmless',
    'a read of a register changes none that keeps what is written to it (own rule: who looks at a device does not move it)',
    async (bench) => {
      const device = await ready(bench);
      const all = await storages(bench, device);
      const looked = await harmless(bench, device, all);
      const steady: Storage[] = [];
      for (const storage of all) {
        await keeps(bench, device, storage.register, storage.held);
      }
      for (const storage of all) {
        if (same(await valueOf(bench, device, storage.register), storage.held)) {
          steady.push(storage);
        }
      }
      for (const register of looked) {
        await valueOf(bench, device, register);
      }
      for (const { register, held } of steady) {
        const now = await valueOf(bench, device, register);
        if (!same(now, held)) {
          const change = `${digits(held)} to ${digits(now)} as other registers were read`;
          fail(`${nameOf(register)} went from ${change}`);
        }
      }
    },
    unlessStorage(() => true),
  ),
];

function eachStorage(
  id: string,
  title: string,
  look: (bench: Bench, device: Device, storage: Storage) => Promise<void>,
  concerns: (register: Storage['register']) => boolean,
): ConformanceCheck {
  return check(
    id,
    title,
    async (bench) => {
      const device = await ready(bench);
      for (const storage of await storages(bench, device)) {
        if (concerns(storage.register)) {
          await look(bench, device, storage);
        }
      }
    },
    unlessStorage(concerns),
  );
}

function unlessStorage(concerns: (register: Storage['register']) => boolean): Without {
  return unless('no such register keeps what is written to it', async (device, bench) => {
    await awake(bench, device);
    return (await storages(bench, device)).some(({ register }) => concerns(register));
  });
}

/** Writes a part of a register, and expects what a write of all of it gives. */
async function writePart(
  bench: Bench,
  device: Device,
  { register, held }: Storage,
  at: number,
  width: number,
): Promise<void> {
  const mixed = held.slice().fill(OTHER, at, at + width);
  const isKept =
    (await keeps(bench, device, register, mixed)) && (await keeps(bench, device, register, held));
  if (!isKept) {
    return;
  }
  const { region, offset } = register;
  const part = new Uint8Array(width).fill(OTHER);
  const answer = await writeAt(bench, device, region, offset + at, part);
  const now = await valueOf(bench, device, register);
  if ('value' in answer && !same(now, mixed)) {
    const write = `a write of ${digits(part)} to byte ${at} of ${nameOf(register)}`;
    fail(`${write}, which held ${digits(held)}, made ${digits(now)} of it`);
  }
}

/** Registers of which no read is known to do anything: they keep what is written, or cannot be written and stay the same. */
async function harmless(
  bench: Bench,
  device: Device,
  all: readonly Storage[],
): Promise<readonly Storage['register'][]> {
  const isStorage = (register: Storage['register']): boolean =>
    all.some(
      ({ register: { offset, region } }) =>
        offset === register.offset && region.index === register.region.index,
    );
  const plain: Storage['register'][] = [];
  for (const register of await readableRegisters(bench, device)) {
    const value = isStorage(register) ? undefined : await valueOf(bench, device, register);
    const isSteady = !register.writable && same(value, await valueOf(bench, device, register));
    if (isStorage(register) || isSteady) {
      plain.push(register);
    }
  }
  return plain;
}
