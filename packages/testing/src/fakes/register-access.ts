import type { Region } from '@mdevkit/core';

/** Bytes of a register. */
export type RegisterWidth = 1 | 2 | 4 | 8;

/**
 * Reads a register of a model's region as a client does: little endian; a bigint for 8 bytes. The answer is a promise only
 * if the model answers with one; `await` takes either. Throws, or rejects with, what the region and its handlers throw, and a
 * RangeError when fewer bytes are served than the register has.
 *
 * @example
 * const [registers] = new Copier(services).regions;
 * await writeRegister(registers, copyRegisters.offsetOf('JOB'), 0x1000n, 8);
 * expect(await readRegister(registers, copyRegisters.offsetOf('JOB'), 8)).to.equal(0x1000n);
 */
export function readRegister(region: Region, offset: number, width: 8): bigint | Promise<bigint>;
export function readRegister(
  region: Region,
  offset: number,
  width?: 1 | 2 | 4,
): number | Promise<number>;
export function readRegister(
  region: Region,
  offset: number,
  width: RegisterWidth = 4,
): number | bigint | Promise<number | bigint> {
  const data = new DataView(new ArrayBuffer(8));
  const finish = (served: number): number | bigint => {
    requireWhole(region, offset, width, served);
    const value = data.getBigUint64(0, true);
    return width === 8 ? value : Number(value);
  };
  const served = region.read(offset, data, 0, width);
  return typeof served === 'number' ? finish(served) : served.then(finish);
}

/**
 * Writes a register of a model's region; otherwise as {@link readRegister}. Throws a RangeError for a value that does not
 * fit, and nothing is written then.
 */
export function writeRegister(
  region: Region,
  offset: number,
  value: number | bigint,
  width: RegisterWidth = 4,
): void | Promise<void> {
  if (!fits(value, width)) {
    throw new RangeError(`${value} does not fit into a register of ${width} bytes`);
  }
  const data = new DataView(new ArrayBuffer(8));
  data.setBigUint64(0, BigInt(value), true);
  const finish = (served: number): void => {
    requireWhole(region, offset, width, served);
  };
  const served = region.write(offset, data, 0, width);
  if (typeof served !== 'number') {
    return served.then(finish);
  }
  finish(served);
}

function fits(value: number | bigint, width: RegisterWidth): boolean {
  const isInteger = typeof value === 'bigint' || Number.isSafeInteger(value);
  return isInteger && value >= 0 && BigInt(value) < 1n << BigInt(8 * width);
}

function requireWhole(region: Region, offset: number, width: number, served: number): void {
  if (served !== width) {
    const place = `region ${region.name}, offset ${offset}`;
    throw new RangeError(`${place}: ${served} of the ${width} bytes of a register are served`);
  }
}
