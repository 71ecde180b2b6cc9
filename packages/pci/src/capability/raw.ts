import {
  PCI_CAP_ID_EXP,
  PCI_CAP_ID_MSI,
  PCI_CAP_ID_MSIX,
  PCI_CAP_ID_PM,
  PCI_CAP_LIST_NEXT,
} from '@mdevkit/uapi';
import { checkInteger, hex } from '../check.js';
import type {
  ExtendedCapability,
  PlacementOptions,
  StandardCapability,
} from './capability-spec.js';
import { payloadRegisters } from './payload-registers.js';

export interface RawCapabilityOptions extends PlacementOptions {
  /** Capability id, 8 bits. */
  readonly id: number;
  /** What follows the two bytes of header. */
  readonly bytes: Uint8Array;
  /** Bits of `bytes` that the client may write, as long as `bytes`; none without it. */
  readonly writable?: Uint8Array;
  /** Prefix of the register names, unique in the function; default `raw-` and the id in hex. */
  readonly name?: string;
}

export interface RawExtendedCapabilityOptions extends PlacementOptions {
  /** Extended capability id, 16 bits. */
  readonly id: number;
  /** 4 bits. */
  readonly version: number;
  /** What follows the four bytes of header. */
  readonly bytes: Uint8Array;
  /** Bits of `bytes` that the client may write, as long as `bytes`; none without it. */
  readonly writable?: Uint8Array;
  /** Prefix of the register names, unique in the function; default `raw-ext-` and the id in hex. */
  readonly name?: string;
}

/** The function acts on these, so they need the builder that says how. */
const built = new Map([
  [PCI_CAP_ID_PM, 'powerManagement'],
  [PCI_CAP_ID_MSI, 'msi'],
  [PCI_CAP_ID_EXP, 'pcieEndpoint'],
  [PCI_CAP_ID_MSIX, 'msix'],
]);

const headerSize = PCI_CAP_LIST_NEXT + 1;
const extendedHeaderSize = 4;

/**
 * Any capability of the standard list, as bytes. Registers are named by their offset: `payload-02` ...
 *
 * Source: PCI Express Base Specification 6.0, section 7.5.
 */
export function rawCapability(options: RawCapabilityOptions): StandardCapability {
  const id = checkInteger('A capability id', options.id, 0, 0xff);
  const builder = built.get(id);
  if (builder !== undefined) {
    throw new RangeError(
      `The function acts on capability ${hex(id)}; declare it with ${builder}()`,
    );
  }
  return {
    space: 'standard',
    id,
    name: options.name ?? `raw-${id.toString(16).padStart(2, '0')}`,
    size: headerSize + options.bytes.length,
    at: options.at,
    registers: payloadRegisters(headerSize, options.bytes, options.writable),
  };
}

/**
 * Any extended capability, as bytes. Registers are named by their offset: `payload-04` and so on.
 *
 * Source: PCI Express Base Specification 6.0, section 7.6.
 */
export function rawExtendedCapability(options: RawExtendedCapabilityOptions): ExtendedCapability {
  const id = checkInteger('An extended capability id', options.id, 0, 0xffff);
  return {
    space: 'extended',
    id,
    version: checkInteger('The version of an extended capability', options.version, 0, 0xf),
    name: options.name ?? `raw-ext-${id.toString(16).padStart(4, '0')}`,
    size: extendedHeaderSize + options.bytes.length,
    at: options.at,
    registers: payloadRegisters(extendedHeaderSize, options.bytes, options.writable),
  };
}
