import { registerLayout } from '@mdevkit/core';
import { ACCEL_ABI_VERSION, ACCEL_MAGIC } from './ids.js';
import { MAX_TRANSFER, QUEUE_OFFSET, QUEUE_STRIDE } from './layout.js';

/** The global registers, at the start of BAR 0. All are read-only. */
export const globalRegisters = registerLayout('accel', QUEUE_OFFSET, [
  {
    name: 'ID',
    offset: 0x00,
    width: 4,
    access: 'ro',
    reset: ACCEL_MAGIC,
    description: 'what this is: "accl" in memory order',
  },
  {
    name: 'ABI_VERSION',
    offset: 0x04,
    width: 4,
    access: 'ro',
    reset: ACCEL_ABI_VERSION,
    description: 'version of registers, rings and shared region, as in the capability',
  },
  { name: 'QUEUES', offset: 0x08, width: 4, access: 'ro', description: 'queues of this device' },
  {
    name: 'ALGORITHMS',
    offset: 0x0c,
    width: 4,
    access: 'ro',
    description: 'bit n: opcode n is offered',
  },
  {
    name: 'MAX_TRANSFER',
    offset: 0x10,
    width: 4,
    access: 'ro',
    reset: MAX_TRANSFER,
    description: 'bytes that each buffer of a job may have, at the most',
  },
]);

/** The registers of one queue: a block of 256 bytes in BAR 0. Ring and vector are taken when ENABLE is set. */
export const queueRegisters = registerLayout('accel-queue', QUEUE_STRIDE, [
  {
    name: 'CONTROL',
    offset: 0x00,
    width: 4,
    access: 'rw',
    writeMask: 0x3,
    description: 'clearing ENABLE stops the queue and abandons what it has begun',
    fields: {
      ENABLE: { bits: 0, description: 'take the configuration and work' },
      RESET: {
        bits: 1,
        description: 'every register and counter of the queue to its reset value; reads as 0',
      },
    },
  },
  {
    name: 'STATUS',
    offset: 0x04,
    width: 4,
    access: 'ro',
    fields: {
      ENABLED: { bits: 0, description: 'the queue works' },
      ERROR: { bits: 1, description: 'the queue stopped; see ERROR' },
      IDLE: {
        bits: 2,
        reset: 1,
        description: 'no job is being worked on, abandoned ones included',
      },
    },
  },
  {
    name: 'SQ_BASE',
    offset: 0x08,
    width: 8,
    access: 'rw',
    description: 'IOVA of the submission ring, a multiple of 64',
  },
  {
    name: 'CQ_BASE',
    offset: 0x10,
    width: 8,
    access: 'rw',
    description: 'IOVA of the completion ring, a multiple of 32',
  },
  {
    name: 'DEPTH',
    offset: 0x18,
    width: 4,
    access: 'rw',
    description: 'logarithm of the entries of both rings, 1 to 12',
  },
  { name: 'ERROR', offset: 0x1c, width: 4, access: 'ro', description: 'why the queue stopped' },
  {
    name: 'IRQ_VECTOR',
    offset: 0x20,
    width: 4,
    access: 'rw',
    description: 'MSI-X vector, below the number of queues',
  },
  {
    name: 'SQ_HEAD',
    offset: 0x24,
    width: 4,
    access: 'ro',
    description: 'submission entries that were fetched, modulo 2^32',
  },
  {
    name: 'CQ_TAIL',
    offset: 0x28,
    width: 4,
    access: 'ro',
    description: 'completion entries that were posted, modulo 2^32',
  },
]);

/** Bits of CONTROL. */
export const CONTROL_ENABLE = 1 << 0;
export const CONTROL_RESET = 1 << 1;

/** Bits of STATUS. */
export const STATUS_ENABLED = 1 << 0;
export const STATUS_ERROR = 1 << 1;
export const STATUS_IDLE = 1 << 2;

/** Name of a queue register. */
export type QueueRegister = Parameters<
  ReturnType<(typeof queueRegisters)['instantiate']>['get']
>[0];
