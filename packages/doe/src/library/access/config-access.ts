/**
 * The config space of a function, a word of 32 bits at a time: the one thing that a requester needs of a device.
 *
 * Offsets are bytes from the start of config space, multiples of 4 below 4096. An accessor that answers at once returns
 * no promise. It throws or rejects with an MdevError when it cannot: with ENODEV when the device is gone, with EINVAL
 * `doe.config-end` beyond the end of a config space of 256 bytes.
 *
 * Source: Linux drivers/pci/access.c, pci_read_config_dword, pci_write_config_dword.
 */
export interface ConfigAccess {
  /** The word, 32 bits, unsigned. */
  read32(offset: number): number | Promise<number>;
  /** Writes all 32 bits in one access. */
  write32(offset: number, value: number): void | Promise<void>;
}

/** How every word reads when no device answers (PCI Express Base Specification 6.0, section 2.3.2). */
export const ALL_ONES = 0xffff_ffff;

/**
 * An offset that is none is a mistake of the caller.
 *
 * @throws RangeError
 */
export function checkOffset(offset: number): void {
  if (!Number.isInteger(offset) || offset < 0 || offset > 0xffc || offset % 4 !== 0) {
    throw new RangeError(`config space has words at multiples of 4 below 4096, not at ${offset}`);
  }
}
