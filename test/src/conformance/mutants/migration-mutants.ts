import type { MigrationSink, MigrationSource } from '@mdevkit/core';
import { VFIO_DEVICE_STATE_STOP_COPY } from '@mdevkit/uapi';
import {
  PlatformSpecimen,
  SpecimenImage,
  SpecimenMigration,
  type JobEngine,
  type SpecimenState,
} from '../specimen/index.js';
import { never, platform, type Mutant } from './mutant.js';

/** A specimen with another image. */
function withImage(Image: typeof SpecimenImage): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeImage(state: SpecimenState): SpecimenImage {
      return new Image(state);
    }
  };
}

/** A specimen that migrates in another way. */
function withMigration(Migration: typeof SpecimenMigration): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeMigration(image: SpecimenImage, engine: JobEngine): SpecimenMigration {
      return new Migration(image, engine);
    }
  };
}

/** What does not survive a move, and what moves that should not. */
export const migrationMutants: readonly Mutant[] = [
  platform(
    'image-unchecked',
    'RESUMING to STOP: any bytes are taken as an image',
    withMigration(
      class extends SpecimenMigration {
        protected override load(): void {
          try {
            super.load();
          } catch {
            // The device is as it was.
          }
        }
      },
    ),
  ),
  platform(
    'image-may-be-short',
    'RESUMING to STOP: an image that ends early is filled up with zeros',
    withMigration(
      class extends SpecimenMigration {
        protected override load(): void {
          const had = this.received.reduce((sum, { length }) => sum + length, 0);
          const short = this.image.size - had;
          if (had > 0 && short > 0) {
            this.received = [this.image.encode()];
          }
          super.load();
        }
      },
    ),
  ),
  platform(
    'image-lacks-memory',
    'migration round trip: memory is not in the image',
    withImage(
      class extends SpecimenImage {
        override encode(): Uint8Array<ArrayBuffer> {
          const { state } = this;
          const kept = state.memories.map(({ bytes }) => bytes.slice());
          state.memories.forEach(({ bytes }) => bytes.fill(0));
          const image = super.encode();
          state.memories.forEach(({ bytes }, i) => {
            bytes.set(kept[i] ?? []);
          });
          return image;
        }
      },
    ),
  ),
  platform(
    'image-lacks-register',
    'migration round trip: a register is not in the image',
    withImage(
      class extends SpecimenImage {
        override decode(image: Uint8Array): void {
          super.decode(image);
          this.state.registers.set('SCRATCH', 0);
        }
      },
    ),
  ),
  platform(
    'image-lacks-mode',
    'migration round trip: what a client set by a feature is not in the image',
    withImage(
      class extends SpecimenImage {
        override decode(image: Uint8Array): void {
          super.decode(image);
          this.state.setWords([this.state.words()[0] ?? 0, 0]);
        }
      },
    ),
  ),
  platform(
    'save-endless',
    'stop-copy end: the stream of a save has no end',
    withMigration(
      class extends SpecimenMigration {
        override save(): MigrationSource {
          const source = super.save();
          return {
            ...source,
            read: (into) => {
              const count = source.read(into);
              return count === 0 ? into.length : count;
            },
          };
        }
      },
    ),
  ),
  platform(
    'save-counts-wrong',
    'model count: a read of the stream answers more bytes than there was room for',
    withMigration(
      class extends SpecimenMigration {
        override save(): MigrationSource {
          const source = super.save();
          return { ...source, read: (into) => (source.read(into), into.length + 1) };
        }
      },
    ),
  ),
  platform(
    'save-throws',
    'save fails: nothing can be saved',
    withMigration(
      class extends SpecimenMigration {
        override save(): MigrationSource {
          throw new Error('no memory');
        }
      },
    ),
  ),
  platform(
    'save-only-whole',
    'MigrationSource.read: a reader with a small buffer gets the start again and again',
    withMigration(
      class extends SpecimenMigration {
        override save(): MigrationSource {
          const source = super.save();
          let done = false;
          return {
            ...source,
            read: (into) => {
              if (done) {
                return 0;
              }
              done = into.length >= 1;
              into.set(this.image.encode().subarray(0, into.length));
              return Math.min(into.length, this.image.size);
            },
          };
        }
      },
    ),
  ),
  platform(
    'stop-keeps-job',
    'enum vfio_device_mig_state, STOP: a job goes on while the device is stopped',
    withMigration(
      class extends SpecimenMigration {
        override transition(from: number, to: number): void {
          void super.transition(from, to);
          this.engine.release('migration');
        }
      },
    ),
  ),
  platform(
    'run-stays-stopped',
    'enum vfio_device_mig_state, RUNNING: the device does not work any more after a stop',
    withMigration(
      class extends SpecimenMigration {
        override transition(from: number, to: number): void {
          void super.transition(from, to);
          this.engine.hold('migration');
        }
      },
    ),
  ),
  platform(
    'reset-stays-stopped',
    'migration and reset: a reset out of STOP leaves the device stopped',
    withMigration(
      class extends SpecimenMigration {
        override reset(): void {
          this.received = [];
        }
      },
    ),
  ),
  platform(
    'restore-appends',
    'session opens: a second image is appended to what was left of the first',
    withMigration(
      class extends SpecimenMigration {
        override restore(): MigrationSink {
          const had = this.received;
          const sink = super.restore();
          this.received = had;
          return sink;
        }

        protected override load(): void {
          const { received } = this;
          super.load();
          this.received = received;
        }
      },
    ),
  ),
  platform(
    'transition-throws',
    'transition fails: the step to STOP_COPY is an exception',
    withMigration(
      class extends SpecimenMigration {
        override transition(from: number, to: number): void {
          if (to === VFIO_DEVICE_STATE_STOP_COPY) {
            throw new Error('not implemented');
          }
          void super.transition(from, to);
        }
      },
    ),
  ),
  platform(
    'transition-never-ends',
    'deadline: the step to STOP_COPY is never answered',
    withMigration(
      class extends SpecimenMigration {
        override transition(from: number, to: number): void | Promise<void> {
          void super.transition(from, to);
          return to === VFIO_DEVICE_STATE_STOP_COPY ? never() : undefined;
        }
      },
    ),
  ),
  platform(
    'data-size-negative',
    'model payload: the estimate of an image is no number of bytes',
    withMigration(
      class extends SpecimenMigration {
        override dataSize(): number {
          return -1;
        }
      },
    ),
  ),
  platform(
    'remaining-nothing',
    'VFIO_MIG_GET_PRECOPY_INFO: the bytes that are left are no numbers',
    withMigration(
      class extends SpecimenMigration {
        override save(): MigrationSource {
          return {
            ...super.save(),
            remaining: () => ({ initialBytes: Number.NaN, dirtyBytes: Number.NaN }),
          };
        }
      },
    ),
  ),
];
