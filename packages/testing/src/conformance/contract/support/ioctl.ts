import { deviceIoctl, type AttachedDevice, type Endpoint } from '@mdevkit/core';
import type { Bench } from '../../bench/index.js';

/** Nobody has descriptors here. */
const descriptors = {
  resolve: (): never => {
    throw new Error('the kit passes no descriptors');
  },
  install: (): number => 3,
};

/** A device as a transport has it. Gone with the bench. */
export async function attach(bench: Bench): Promise<AttachedDevice> {
  const { uuid } = await bench.create();
  return bench.host.attach(uuid);
}

/** Makes a call in its binary form, answered in place. */
export async function ioctl(
  endpoint: Endpoint,
  request: number,
  argument: Uint8Array,
): Promise<number> {
  return deviceIoctl(endpoint, request, argument, descriptors);
}

/** A structure of `length` bytes that says it has `argsz`; the bytes behind the header are `filler`. */
export function structure(length: number, argsz: number, ...words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(length).fill(FILLER);
  const view = new DataView(bytes.buffer);
  [argsz, ...words].forEach((word, i) => {
    if (i * 4 + 4 <= length) {
      view.setUint32(i * 4, word, true);
    }
  });
  return bytes;
}

/** What a structure holds where nobody has written. */
export const FILLER = 0xa5;
