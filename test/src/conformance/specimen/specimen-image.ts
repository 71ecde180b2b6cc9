import { MdevError, type DeviceMemory } from '@mdevkit/core';
import type { SpecimenRegister, SpecimenRegisters } from './registers.js';

/** What moves: the device's own. The client's bindings and config space are the client's to bring. */
export interface SpecimenState {
  readonly registers: SpecimenRegisters;
  readonly memories: readonly DeviceMemory[];
  /** What lies outside of registers and memory. */
  words(): readonly number[];
  setWords(words: readonly number[]): void;
}

const MAGIC = 0x6e657073;
const VERSION = 1;
const HEADER = 16;
const WORDS = 2;

const narrow: readonly SpecimenRegister[] = [
  'SCRATCH',
  'CONTROL',
  'CAUSE',
  'MASK',
  'TALLY',
  'STATUS',
  'LENGTH',
  'PASID',
  'LINE',
  'VECTOR',
];
const wide: readonly SpecimenRegister[] = ['SOURCE', 'TARGET'];

/** Writes the state of a device as an image, and reads one that comes from outside. */
export class SpecimenImage {
  protected readonly state: SpecimenState;

  constructor(state: SpecimenState) {
    this.state = state;
  }

  get size(): number {
    const memory = this.state.memories.reduce((sum, { size }) => sum + size, 0);
    return HEADER + 4 * (narrow.length + WORDS) + 8 * wide.length + memory;
  }

  encode(): Uint8Array<ArrayBuffer> {
    const { registers, memories } = this.state;
    const image = new Uint8Array(this.size);
    const view = new DataView(image.buffer);
    let at = HEADER;
    for (const value of [...narrow.map((name) => registers.get(name)), ...this.state.words()]) {
      view.setUint32(at, value, true);
      at += 4;
    }
    for (const name of wide) {
      view.setBigUint64(at, registers.get64(name), true);
      at += 8;
    }
    for (const memory of memories) {
      image.set(memory.bytes, at);
      at += memory.size;
    }
    view.setUint32(0, MAGIC, true);
    view.setUint32(4, VERSION, true);
    view.setUint32(8, image.length, true);
    view.setUint32(12, checksum(image.subarray(HEADER)), true);
    return image;
  }

  /** Throws EINVAL for what is no whole image of this version; the device is as before then. */
  decode(image: Uint8Array): void {
    const view = new DataView(image.buffer, image.byteOffset, image.length);
    if (!this.isValid(image, view)) {
      throw new MdevError('EINVAL', 'specimen.image', 'the image is not one of this version');
    }
    const { registers, memories } = this.state;
    let at = HEADER;
    for (const name of narrow) {
      registers.set(name, view.getUint32(at, true));
      at += 4;
    }
    this.state.setWords(Array.from({ length: WORDS }, (_, i) => view.getUint32(at + 4 * i, true)));
    at += 4 * WORDS;
    for (const name of wide) {
      registers.set64(name, view.getBigUint64(at, true));
      at += 8;
    }
    for (const memory of memories) {
      memory.bytes.set(image.subarray(at, at + memory.size));
      at += memory.size;
    }
  }

  protected isValid(image: Uint8Array, view: DataView): boolean {
    return (
      image.length === this.size &&
      view.getUint32(0, true) === MAGIC &&
      view.getUint32(4, true) === VERSION &&
      view.getUint32(8, true) === image.length &&
      view.getUint32(12, true) === checksum(image.subarray(HEADER))
    );
  }
}

/** FNV-1a with 32 bits: changes with every byte. */
export function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}
