import { DeviceMemory, type RangeHandler, type RegionRange } from '@mdevkit/core';
import {
  MEMORY_SIZE,
  PlatformSpecimen,
  specimenRegisters,
  type SpecimenRegisters,
} from '../specimen/index.js';
import { never, platform, type Mutant } from './mutant.js';

const ID = specimenRegisters.offsetOf('ID');
const SCRATCH = specimenRegisters.offsetOf('SCRATCH');
const MASK = specimenRegisters.offsetOf('MASK');
const VECTOR = specimenRegisters.offsetOf('VECTOR');

type Read = (registers: SpecimenRegisters, ...access: Parameters<RangeHandler['read']>) => unknown;

/** A specimen whose registers are read, or written, in another way. */
function withAccess(direction: 'read' | 'write', access: Read): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeRange(): RegionRange {
      const { registers } = this;
      const own: Pick<RangeHandler, 'read' | 'write'> = {
        read: (...args) => registers.read(...args),
        write: (...args) => registers.write(...args),
      };
      const handler: RangeHandler = {
        ...own,
        reset: () => {
          registers.reset();
        },
        registerAt: (offset) => registers.registerAt(offset),
        // What a driver in JavaScript answers has no type.
        [direction]: (...args: Parameters<RangeHandler['read']>) =>
          access(registers, ...args) as number,
      };
      return { kind: 'trapped', offset: 0, size: specimenRegisters.size, handler };
    }
  };
}

/** A specimen with something else as its memory. */
function withMemory(make: () => DeviceMemory): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeMemory(): DeviceMemory {
      return make();
    }
  };
}

/** What registers and memory do wrong. */
export const registerMutants: readonly Mutant[] = [
  platform(
    'read-throws',
    'model failure: a read of a hole throws a plain Error',
    withAccess('read', (registers, offset, ...rest) => {
      if (registers.registerAt(offset) === undefined) {
        throw new Error('no register');
      }
      return registers.read(offset, ...rest);
    }),
  ),
  platform(
    'write-throws-text',
    'model failure: a write with its top bit set throws a string',
    withAccess('write', (registers, offset, data, at, length) => {
      if (offset === MASK && (data.getUint8(at + length - 1) & 0x80) !== 0) {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- the defect that this mutant stands for
        throw 'bad value';
      }
      return registers.write(offset, data, at, length);
    }),
  ),
  platform(
    'write-throws',
    'model failure: a value out of range is an exception of the handler',
    class extends PlatformSpecimen {
      protected override scratch(value: number): void {
        new Uint8Array(4).subarray(0, 4).set([value & 0xff], value > 0x7fffffff ? 4 : 0);
        super.scratch(value);
      }
    },
  ),
  platform(
    'read-never-answers',
    'deadline: the read of one register is never answered',
    withAccess('read', (registers, offset, ...rest) =>
      offset === VECTOR ? never() : registers.read(offset, ...rest),
    ),
  ),
  platform(
    'write-never-answers',
    'deadline: the write of one register is never answered',
    withAccess('write', (registers, offset, ...rest) =>
      offset === SCRATCH ? never() : registers.write(offset, ...rest),
    ),
  ),
  platform(
    'read-serves-less',
    'model count: a read of four bytes serves two',
    withAccess('read', (registers, ...access) => Math.min(2, registers.read(...access))),
  ),
  platform(
    'read-serves-more',
    'model count: a handler answers more bytes than were asked for',
    withAccess('read', (registers, ...access) => Math.max(4, registers.read(...access))),
  ),
  platform(
    'write-answers-nothing',
    'model count: a write handler forgets to answer a count',
    withAccess('write', (registers, ...access) => {
      registers.write(...access);
    }),
  ),
  platform(
    'narrow-read-differs',
    'natural split: a read of one byte gives the lowest byte of the register',
    withAccess('read', (registers, offset, data, at, length) =>
      registers.read(length === 1 ? offset & ~3 : offset, data, at, length),
    ),
  ),
  platform(
    'narrow-write-clears',
    'natural split: a write of one byte clears the others of the register',
    withAccess('write', (registers, offset, data, at, length) => {
      if (length === 1 && offset - (offset % 4) === SCRATCH) {
        registers.set('SCRATCH', 0);
      }
      return registers.write(offset, data, at, length);
    }),
  ),
  platform(
    'wide-read-differs',
    'natural split: a read of eight bytes serves the upper four as zero',
    withAccess('read', (registers, offset, data, at, length) => {
      const served = registers.read(offset, data, at, length);
      if (length === 8) {
        data.setUint32(at + 4, 0, true);
      }
      return served;
    }),
  ),
  platform(
    'read-changes',
    'register hooks: a read of a register changes another one',
    withAccess('read', (registers, offset, ...rest) => {
      if (offset === ID) {
        registers.set('SCRATCH', registers.get('SCRATCH') + 1);
      }
      return registers.read(offset, ...rest);
    }),
  ),
  platform(
    'read-uninitialised',
    'region access: a hole reads as whatever lies there',
    withAccess('read', (registers, offset, data, at, length) => {
      // What the buffer of the caller held before.
      const rubbish = data.getUint8(at);
      const served = registers.read(offset, data, at, length);
      if (registers.registerAt(offset) === undefined) {
        data.setUint8(at, rubbish);
      }
      return served;
    }),
  ),
  platform(
    'write-scribbles',
    'RangeHandler: a write handler changes the bytes of its caller',
    withAccess('write', (registers, offset, data, at, length) => {
      const served = registers.write(offset, data, at, length);
      data.setUint8(at, 0xee);
      return served;
    }),
  ),
  platform(
    'clock-ignored',
    'Clock: a register shows the time of the platform',
    class extends PlatformSpecimen {
      protected override scratch(): void {
        this.steps = Math.floor(performance.now() * 1000) >>> 0;
      }
    },
  ),
  platform(
    'mapping-apart',
    'mmap: what a client maps is a copy of the memory',
    withMemory(
      () =>
        new (class extends DeviceMemory {
          override view(offset: number, length: number): Uint8Array {
            return super.view(offset, length).slice();
          }
        })(MEMORY_SIZE),
    ),
  ),
];
