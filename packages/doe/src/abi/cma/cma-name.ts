/** What config space says of a function, and what its leaf certificate has to say as well. */
export interface CmaName {
  /** Vendor ID and Device ID, 16 bits each. */
  readonly vendor: number;
  readonly device: number;
  /** Class Code, 24 bits. */
  readonly classCode: number;
  /** Revision ID, 8 bits. */
  readonly revision: number;
  /** Subsystem Vendor ID and Subsystem ID of an endpoint, 16 bits each. */
  readonly subsystemVendor: number;
  readonly subsystem: number;
  /** Of the Device Serial Number capability, 64 bits; present exactly if the function has one. */
  readonly serial?: bigint;
}

/** 2.23.147: the arc of the PCI-SIG under the joint one. */
export const CMA_NAME_OID = '2.23.147';

/**
 * A function's name as Component Measurement and Authentication writes it.
 *
 * Source: PCI Express Base Specification 6.0, section 6.31.3.
 *
 * @throws RangeError for a number that has more digits than its place
 */
export function cmaText(name: CmaName): string {
  const parts = [
    `Vendor=${hex(name.vendor, 4)}`,
    `Device=${hex(name.device, 4)}`,
    `CC=${hex(name.classCode, 6)}`,
    `REV=${hex(name.revision, 2)}`,
    `SSVID=${hex(name.subsystemVendor, 4)}`,
    `SSID=${hex(name.subsystem, 4)}`,
  ];
  return [...parts, ...(name.serial === undefined ? [] : [hex(name.serial, 16)])].join(':');
}

function hex(value: number | bigint, digits: number): string {
  const text = value.toString(16);
  if (value < 0 || text.length > digits) {
    throw new RangeError(`${text} has more than ${digits} hexadecimal digits`);
  }
  return text.padStart(digits, '0');
}
