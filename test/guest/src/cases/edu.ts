/** QEMU's teaching device (QEMU docs/specs/edu.rst). */
export const edu = {
  vendor: 0x1234,
  device: 0x11e8,
  /** What the register at 0 of BAR 0 reads: version 1.0. */
  identification: 0x0100_00ed,
  /** Raises the interrupts that are written to it. */
  raiseIrq: 0x60,
  /** Lowers them. */
  acknowledgeIrq: 0x64,
} as const;
