import type { Dma, Iova, Pasid } from '@mdevkit/core';
import {
  JOB_MS,
  JobEngine,
  PlatformSpecimen,
  type JobBus,
  type SpecimenRegisters,
} from '../specimen/index.js';
import { never, platform, type Mutant } from './mutant.js';

/** A specimen with another engine. */
function withEngine(Engine: typeof JobEngine): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeEngine(bus: JobBus, registers: SpecimenRegisters): JobEngine {
      return new Engine(bus, registers);
    }
  };
}

/** DMA, time and quiet. */
export const jobMutants: readonly Mutant[] = [
  platform(
    'job-uses-real-timer',
    'Clock: a job waits for a timer of the platform instead of the clock of the host',
    withEngine(
      class extends JobEngine {
        protected override run(): void {
          if (this.port !== undefined && this.holds.size === 0) {
            const timer = setTimeout(() => {
              this.finish();
            }, JOB_MS * 10_000);
            timer.unref();
          }
        }
      },
    ),
  ),
  platform(
    'job-throws',
    'DMA: a job that faults throws out of its timer',
    withEngine(
      class extends JobEngine {
        protected override transfer(port: Dma): number {
          const { registers } = this;
          this.copy(port, registers.get64('TARGET'), registers.get64('SOURCE'), 16);
          return super.transfer(port);
        }
      },
    ),
  ),
  platform(
    'job-rejects',
    'DMA: a job that faults ends in a rejection that nobody hears',
    withEngine(
      class extends JobEngine {
        protected override transfer(port: Dma): number {
          void port.fetch(this.registers.get64('SOURCE'), new Uint8Array(16));
          return super.transfer(port);
        }
      },
    ),
  ),
  platform(
    'job-strays',
    'dma.fault: a job touches memory that its client did not name',
    withEngine(
      class extends JobEngine {
        protected override copy(port: Dma, target: Iova, source: Iova, length: number): void {
          super.copy(port, target, source, length);
          port.views(0, 16, 'read');
        }
      },
    ),
  ),
  platform(
    'job-starts-at-once',
    'DMA and quiesce: a doorbell does its DMA also while the device is quiet',
    withEngine(
      class extends JobEngine {
        protected override run(): void {
          if (this.port !== undefined) {
            this.finish();
          }
        }
      },
    ),
  ),
  platform(
    'quiesce-missing',
    'quiesce calls: the device says that it is quiet and goes on',
    class extends PlatformSpecimen {
      override quiesce(): void {
        // Forgotten.
      }
    },
  ),
  platform(
    'quiesce-never-ends',
    'quiesce late: the device does not become quiet while a job is under way',
    class extends PlatformSpecimen {
      override quiesce(): void | Promise<void> {
        return this.engine.busy ? never() : super.quiesce();
      }
    },
  ),
  platform(
    'quiesce-throws',
    'quiesce throws: the device refuses to become quiet twice',
    class extends PlatformSpecimen {
      #quiets = 0;

      override quiesce(): void {
        this.#quiets += 1;
        if (this.#quiets > 1) {
          throw new Error('quiet already');
        }
        void super.quiesce();
      }
    },
  ),
  platform(
    'resume-missing',
    'quiesce calls: the device stays quiet for good',
    class extends PlatformSpecimen {
      override resume(): void {
        // Forgotten.
      }
    },
  ),
  platform(
    'resume-loses-job',
    'quiesce calls: a job that was held is forgotten',
    class extends PlatformSpecimen {
      override resume(): void {
        this.engine.abandon();
        super.resume();
      }
    },
  ),
  platform(
    'resume-throws',
    'quiesce resume throws: the device cannot go on',
    class extends PlatformSpecimen {
      override resume(): void {
        super.resume();
        throw new Error('nothing to resume');
      }
    },
  ),
  platform(
    'drain-never-ends',
    'DeviceModel.drainPasid: the end of a PASID is never answered',
    class extends PlatformSpecimen {
      override drainPasid(): Promise<void> {
        return never();
      }
    },
  ),
  platform(
    'drain-throws',
    'DeviceModel.drainPasid: a PASID without work is an error',
    class extends PlatformSpecimen {
      override drainPasid(pasid: Pasid): void {
        throw new Error(`no job with PASID ${pasid}`);
      }
    },
  ),
];
