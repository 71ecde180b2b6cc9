import { DeviceMemory, MdevError, type RegionRange } from '@mdevkit/core';
import { LINE_INDEX, MEMORY_SIZE, PlatformSpecimen, specimenRegisters } from '../specimen/index.js';
import { never, platform, type Mutant } from './mutant.js';

/** What a reset, or a fresh open, leaves behind. */
export const resetMutants: readonly Mutant[] = [
  platform(
    'reset-keeps-count',
    'fresh open: a count outside of the register map keeps its value over a reset',
    class extends PlatformSpecimen {
      override reset(): void {
        this.engine.abandon();
        this.migration.reset();
        this.mode = 0;
      }
    },
  ),
  platform(
    'reset-keeps-registers',
    'fresh open: the handler of the registers forgets to pass `reset` on',
    class extends PlatformSpecimen {
      protected override makeRange(): RegionRange {
        const { registers } = this;
        return {
          kind: 'trapped',
          offset: 0,
          size: specimenRegisters.size,
          handler: {
            read: (...access) => registers.read(...access),
            write: (...access) => registers.write(...access),
          },
        };
      }
    },
  ),
  platform(
    'reset-keeps-memory',
    'fresh open: memory is kept over a reset, for the next client to read',
    class extends PlatformSpecimen {
      protected override makeMemory(): DeviceMemory {
        return new DeviceMemory(MEMORY_SIZE, { preserve: true });
      }
    },
  ),
  platform(
    'reset-keeps-mode',
    'fresh open: what a client set by a feature is kept over a reset',
    class extends PlatformSpecimen {
      override reset(): void {
        const { mode } = this;
        void super.reset();
        this.mode = mode;
      }
    },
  ),
  platform(
    'reset-keeps-job',
    'DeviceModel.reset: work in flight ends after the reset, with DMA and interrupt',
    class extends PlatformSpecimen {
      override reset(): void {
        this.migration.reset();
        this.steps = 0;
        this.mode = 0;
      }
    },
  ),
  platform(
    'reset-finishes-job',
    'DeviceModel.reset: work in flight is finished inside the reset instead of abandoned',
    class extends PlatformSpecimen {
      override reset(): void {
        if (this.engine.busy) {
          this.engine.finishNow();
        }
        void super.reset();
      }
    },
  ),
  platform(
    'reset-interrupts',
    'quiesce calls: a reset ends with an interrupt, while the device is quiet',
    class extends PlatformSpecimen {
      override reset(): void {
        void super.reset();
        this.done(0);
      }
    },
  ),
  platform(
    'reset-raises-line',
    'fresh open: the line is up after a reset',
    class extends PlatformSpecimen {
      override reset(): void {
        void super.reset();
        this.services.irqs.assert(LINE_INDEX);
      }
    },
  ),
  platform(
    'reset-refused-while-busy',
    'DeviceModel.reset: a reset is refused while a job is under way',
    class extends PlatformSpecimen {
      override reset(): void {
        if (this.engine.busy) {
          throw new MdevError('EBUSY', 'specimen.busy', 'a job is under way');
        }
        void super.reset();
      }
    },
  ),
  platform(
    'reset-never-ends',
    'deadline of reset: the second reset of a life is never answered',
    class extends PlatformSpecimen {
      #resets = 0;

      override reset(): void | Promise<void> {
        this.#resets += 1;
        return this.#resets % 2 === 0 ? never() : super.reset();
      }
    },
  ),
  platform(
    'reset-throws',
    'reset breaks: a reset trips over what an open has made',
    class extends PlatformSpecimen {
      override reset(): void {
        if (this.seat !== undefined) {
          throw new Error('the seat is taken');
        }
        void super.reset();
      }
    },
  ),
  platform(
    'first-open-differs',
    'fresh open: memory has rubbish in it until the first reset after a use',
    class extends PlatformSpecimen {
      #used = false;

      override open(): void {
        void super.open();
        if (!this.#used) {
          this.memory.bytes.fill(0xaa);
        }
        this.#used = true;
      }
    },
  ),
];
