/**
 * Bytes of the next access at `position` when `available` (at least 1) are left: the largest of 8, 4, 2
 * and 1 that fits and is aligned. Source: drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_core_do_io_rw.
 */
export function naturalSize(position: number, available: number): 1 | 2 | 4 | 8 {
  // The low bits survive the conversion to 32 bits that the operators make.
  if (available >= 8 && (position & 7) === 0) {
    return 8;
  }
  if (available >= 4 && (position & 3) === 0) {
    return 4;
  }
  return available >= 2 && (position & 1) === 0 ? 2 : 1;
}

/** Whether `[position, position + length)` is one access that natural splitting leaves whole. */
export function isNatural(position: number, length: number): boolean {
  return (
    (length === 4 || length === 8 || length === 2 || length === 1) &&
    Number.isSafeInteger(position) &&
    (position & (length - 1)) === 0
  );
}
