import { PCI_EXT_CAP_DSN_SIZEOF, PCI_EXT_CAP_ID_DSN } from '@mdevkit/uapi';
import type { ExtendedCapability, PlacementOptions } from './capability-spec.js';

/**
 * Device serial number, 64 bits (EUI-64). Registers: `serial.low`, `serial.high`. Functions that share a
 * layout get their own number through `initial` of their services.
 *
 * Source: PCI Express Base Specification 6.0, section 7.9.3.
 */
export function deviceSerialNumber(
  serial: bigint,
  options: PlacementOptions = {},
): ExtendedCapability {
  if (serial < 0n || serial >= 1n << 64n) {
    throw new RangeError(`A device serial number has 64 bits; ${serial.toString()} does not fit`);
  }
  const low = Number(serial & 0xffffffffn);
  const high = Number(serial >> 32n);
  return {
    space: 'extended',
    id: PCI_EXT_CAP_ID_DSN,
    version: 1,
    name: 'serial',
    size: PCI_EXT_CAP_DSN_SIZEOF,
    at: options.at,
    registers: [
      { name: 'low', offset: 4, width: 4, access: 'ro', reset: low },
      { name: 'high', offset: 8, width: 4, access: 'ro', reset: high },
    ],
  };
}
