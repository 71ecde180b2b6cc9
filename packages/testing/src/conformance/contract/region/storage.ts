import type { Device } from '@mdevkit/core';
import type { Bench } from '../../bench/index.js';
import {
  readAt,
  registersIn,
  usedRegions,
  writeAt,
  type ImplementedRegister,
} from '../support/index.js';

/** Together they set and clear every bit. */
const FIRST = 0xa5;
const SECOND = 0x5a;

/** A register that keeps what is written to it, and the bytes that it holds. */
export interface Storage {
  readonly register: ImplementedRegister;
  readonly held: Uint8Array;
}

/** The registers that can be read. */
export async function readableRegisters(
  bench: Bench,
  device: Device,
): Promise<readonly ImplementedRegister[]> {
  return (await usedRegions(device))
    .filter(({ readable }) => readable)
    .flatMap((region) => registersIn(bench, region));
}

/** Those of them that read as whatever was written, for each bit; they hold {@link FIRST} in each byte afterwards. */
export async function storages(bench: Bench, device: Device): Promise<readonly Storage[]> {
  const found: Storage[] = [];
  for (const register of await readableRegisters(bench, device)) {
    const { region, width, writable } = register;
    if (writable && region.writable) {
      const held = new Uint8Array(width).fill(FIRST);
      const second = new Uint8Array(width).fill(SECOND);
      if (
        (await keeps(bench, device, register, second)) &&
        (await keeps(bench, device, register, held))
      ) {
        found.push({ register, held });
      }
    }
  }
  return found;
}

/** Whether a register reads as `bytes` once they were written to it as a whole. */
export async function keeps(
  bench: Bench,
  device: Device,
  register: ImplementedRegister,
  bytes: Uint8Array,
): Promise<boolean> {
  const answer = await writeAt(bench, device, register.region, register.offset, bytes);
  return 'value' in answer && same(await valueOf(bench, device, register), bytes);
}

/** What a register reads as; undefined if the read is refused. */
export async function valueOf(
  bench: Bench,
  device: Device,
  { region, offset, width }: ImplementedRegister,
): Promise<Uint8Array | undefined> {
  const answer = await readAt(bench, device, region, offset, width);
  return 'value' in answer ? answer.value : undefined;
}

export function same(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
}

/** As a number is written. */
export function digits(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? 'nothing' : `0x${Buffer.from(bytes).reverse().toString('hex')}`;
}
