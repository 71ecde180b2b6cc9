import type { RegisterSpec } from '@mdevkit/core';
import { PCI_CAP_ID_VNDR } from '@mdevkit/uapi';
import { checkInteger } from '../check.js';
import type { PlacementOptions, StandardCapability } from './capability-spec.js';
import { payloadRegisters } from './payload-registers.js';
import { vendorLayout } from './vendor-layout.js';

export interface VendorCapabilityOptions extends PlacementOptions {
  /** Which vendor capability this is, 16 bits; a driver finds it by this number. */
  readonly id: number;
  /** Version of the payload, 16 bits. */
  readonly version: number;
  /** Literal bytes after the 8 bytes of header. Not together with `registers`. */
  readonly payload?: Uint8Array;
  /** Bits of the payload that the client may write, as long as `payload`; none without it. */
  readonly writable?: Uint8Array;
  /** Registers of the payload; offset 0 is its first byte. Not together with `payload`. */
  readonly registers?: readonly RegisterSpec[];
  /** Prefix of the register names, unique in the function; default `vendor-` and the id in hex. */
  readonly name?: string;
}

/**
 * A vendor-specific capability with an id and a version, so that a function may have several and each
 * may grow. The specification leaves everything after the length byte to the vendor; this is mdevkit's:
 *
 * | byte | content |
 * |---|---|
 * | 2 | length of the whole capability |
 * | 3 | revision of this layout, 1 |
 * | 4 | id, 16 bits |
 * | 6 | version of the payload, 16 bits |
 * | 8 | payload |
 *
 * {@link findVendorCapability} is the other side. Registers: `length`, `layout`, `vendor-id`,
 * `version` and those of the payload.
 *
 * Source: PCI Express Base Specification 6.0, section 7.9.4.
 *
 * @throws RangeError if the id, the version or the length do not fit, TypeError for two payloads.
 */
export function vendorCapability(options: VendorCapabilityOptions): StandardCapability {
  const id = checkInteger('The id of a vendor capability', options.id, 0, 0xffff);
  const version = checkInteger('The version of a vendor capability', options.version, 0, 0xffff);
  const payload = payloadOf(options);
  const end = payload.reduce((most, { offset, width }) => Math.max(most, offset + width), 0);
  const size = Math.max(end, vendorLayout.payload);
  checkInteger('The length of a vendor capability', size, vendorLayout.payload, 0xff);
  return {
    space: 'standard',
    id: PCI_CAP_ID_VNDR,
    name: options.name ?? `vendor-${id.toString(16).padStart(4, '0')}`,
    size,
    at: options.at,
    registers: [
      { name: 'length', offset: vendorLayout.length, width: 1, access: 'ro', reset: size },
      {
        name: 'layout',
        offset: vendorLayout.revision,
        width: 1,
        access: 'ro',
        reset: vendorLayout.revisionValue,
      },
      { name: 'vendor-id', offset: vendorLayout.id, width: 2, access: 'ro', reset: id },
      { name: 'version', offset: vendorLayout.version, width: 2, access: 'ro', reset: version },
      ...payload,
    ],
  };
}

function payloadOf(options: VendorCapabilityOptions): readonly RegisterSpec[] {
  const { payload, registers } = options;
  if (registers === undefined) {
    return payloadRegisters(vendorLayout.payload, payload ?? new Uint8Array(), options.writable);
  }
  if (payload !== undefined || options.writable !== undefined) {
    throw new TypeError('A vendor capability has either a payload or registers, not both');
  }
  return registers.map((register) => ({
    ...register,
    offset: register.offset + vendorLayout.payload,
  }));
}
