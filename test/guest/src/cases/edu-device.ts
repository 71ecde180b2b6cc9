import { eduRegisters } from '@mdevkit/example-edu';

/** The device of `examples/edu`. */
export const ourEdu = {
  vendor: 0x6d64,
  device: 0xed00,
  /** What the register at 0 of BAR 0 reads: "mdev". */
  identification: 0x7665_646d,
  scratch: eduRegisters.offsetOf('SCRATCH'),
  doorbell: eduRegisters.offsetOf('DOORBELL'),
} as const;
