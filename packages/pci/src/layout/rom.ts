import { checkInteger } from '../check.js';

/** The smallest ROM that its register can express, and the largest that the specification allows. */
const smallest = 2048;
const largest = 2 ** 24;

/**
 * An expansion ROM as its BAR shows it: a copy, padded with zeros to a power of two.
 *
 * Source: PCI Express Base Specification 6.0, section 7.5.1.2.4.
 */
export function paddedRom(rom: Uint8Array): Uint8Array {
  checkInteger('The length of the expansion ROM', rom.length, 1, largest);
  const padded = new Uint8Array(Math.max(smallest, 2 ** Math.ceil(Math.log2(rom.length))));
  padded.set(rom);
  return padded;
}
