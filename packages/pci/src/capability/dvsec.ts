import {
  PCI_DVSEC_HEADER1,
  PCI_DVSEC_HEADER2,
  PCI_EXT_CAP_ID_DVSEC,
  pciVendorHeader,
} from '@mdevkit/uapi';
import { checkInteger } from '../check.js';
import type { ExtendedCapability, PlacementOptions } from './capability-spec.js';
import { payloadRegisters } from './payload-registers.js';

export interface DvsecOptions extends PlacementOptions {
  /** PCI-SIG vendor id of whoever defined it, 16 bits. */
  readonly vendor: number;
  /** 4 bits. */
  readonly revision: number;
  /** The vendor's own number of this structure, 16 bits. */
  readonly id: number;
  /** What follows the 10 bytes of header. */
  readonly payload: Uint8Array;
  /** Bits of the payload that the client may write, as long as `payload`; none without it. */
  readonly writable?: Uint8Array;
  /** Prefix of the register names, unique in the function; default `dvsec-vendor-id` in hex. */
  readonly name?: string;
}

/** The payload follows the 16-bit id at once. */
const headerSize = PCI_DVSEC_HEADER2 + 2;

/**
 * Designated vendor-specific extended capability: a structure that any vendor's function may carry.
 *
 * Source: PCI Express Base Specification 6.0, section 7.9.6.
 */
export function dvsec(options: DvsecOptions): ExtendedCapability {
  const vendor = checkInteger('The vendor of a DVSEC', options.vendor, 0, 0xffff);
  const revision = checkInteger('The revision of a DVSEC', options.revision, 0, 0xf);
  const id = checkInteger('The id of a DVSEC', options.id, 0, 0xffff);
  const size = headerSize + options.payload.length;
  checkInteger('The length of a DVSEC', size, headerSize, 0xfff);
  return {
    space: 'extended',
    id: PCI_EXT_CAP_ID_DVSEC,
    version: 1,
    name: options.name ?? `dvsec-${quad(vendor)}-${quad(id)}`,
    size,
    at: options.at,
    registers: [
      {
        name: 'header-1',
        offset: PCI_DVSEC_HEADER1,
        width: 4,
        access: 'ro',
        reset: pciVendorHeader({ id: vendor, revision, length: size }),
      },
      { name: 'header-2', offset: PCI_DVSEC_HEADER2, width: 2, access: 'ro', reset: id },
      ...payloadRegisters(headerSize, options.payload, options.writable),
    ],
  };
}

function quad(value: number): string {
  return value.toString(16).padStart(4, '0');
}
