import { registerLayout, type RegisterMap } from '@mdevkit/core';

/** How long a job takes, on the clock of the device. */
export const JOB_MS = 5;
/** Bytes of a job at the most. */
export const MAX_LENGTH = 0x1000;
/** Messages of the device. */
export const VECTORS = 4;

export const STATUS_BUSY = 1;
export const STATUS_DONE = 2;
export const STATUS_FAULT = 3;

/** One register of every kind of access, and those of the jobs. */
export const specimenRegisters = registerLayout('specimen', 0x1000, [
  { name: 'ID', offset: 0x00, width: 4, access: 'ro', reset: 0x5bec1e11 },
  { name: 'SCRATCH', offset: 0x04, width: 4, access: 'rw' },
  {
    name: 'CONTROL',
    offset: 0x08,
    width: 4,
    access: 'ro',
    fields: {
      ENABLE: { bits: 0, access: 'rw' },
      MODE: { bits: [7, 4], access: 'rw', reset: 3 },
      EXPIRED: { bits: 31, access: 'w1c' },
    },
  },
  { name: 'CAUSE', offset: 0x0c, width: 4, access: 'w1c' },
  { name: 'MASK', offset: 0x10, width: 4, access: 'w1s' },
  { name: 'TALLY', offset: 0x14, width: 4, access: 'rc', description: 'jobs since the last look' },
  { name: 'DOORBELL', offset: 0x18, width: 4, access: 'wo' },
  { name: 'STATUS', offset: 0x1c, width: 4, access: 'ro' },
  { name: 'SOURCE', offset: 0x20, width: 8, access: 'rw' },
  { name: 'TARGET', offset: 0x28, width: 8, access: 'rw' },
  { name: 'LENGTH', offset: 0x30, width: 4, access: 'rw', reset: 0x100 },
  { name: 'PASID', offset: 0x34, width: 4, access: 'rw', description: '0: that of the open' },
  { name: 'LINE', offset: 0x38, width: 4, access: 'rw', description: 'bit 0 raises the line' },
  { name: 'STEPS', offset: 0x3c, width: 4, access: 'ro', description: 'writes of SCRATCH but 0' },
  { name: 'VECTOR', offset: 0x40, width: 4, access: 'rw', description: 'of the next job' },
]);

export type SpecimenRegister =
  | 'ID'
  | 'SCRATCH'
  | 'CONTROL'
  | 'CAUSE'
  | 'MASK'
  | 'TALLY'
  | 'DOORBELL'
  | 'STATUS'
  | 'SOURCE'
  | 'TARGET'
  | 'LENGTH'
  | 'PASID'
  | 'LINE'
  | 'STEPS'
  | 'VECTOR';

export type SpecimenRegisters = RegisterMap<SpecimenRegister>;
