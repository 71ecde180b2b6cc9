import type { FeatureHandler, MigrationSource } from '@mdevkit/core';
import {
  DONE_INDEX,
  JobEngine,
  PlatformSpecimen,
  SpecimenImage,
  SpecimenMigration,
  STATUS_BUSY,
  STATUS_DONE,
  type JobBus,
  type Seats,
  type SpecimenRegisters,
  type SpecimenState,
} from '../specimen/index.js';
import { platform, type Mutant } from './mutant.js';

/** A specimen with another engine. */
function withEngine(Engine: typeof JobEngine): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeEngine(bus: JobBus, registers: SpecimenRegisters): JobEngine {
      return new Engine(bus, registers);
    }
  };
}

/** A specimen of which something is another when it was restored. */
function restoredWith(change: (state: SpecimenState) => void): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeImage(state: SpecimenState): SpecimenImage {
      return new (class extends SpecimenImage {
        override decode(image: Uint8Array): void {
          super.decode(image);
          change(this.state);
        }
      })(state);
    }
  };
}

function withMigration(Migration: typeof SpecimenMigration): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeMigration(image: SpecimenImage, engine: JobEngine): SpecimenMigration {
      return new Migration(image, engine);
    }
  };
}

/** What the last client of a parent left. */
const pasts = new WeakMap<Seats, Uint8Array>();

/** Defects that were planted after the checks had been written, by somebody who had not read them. */
export const heldOutMutants: readonly Mutant[] = [
  platform(
    'load-keeps-job',
    'enum vfio_device_mig_state, RESUMING: a job from before the restore goes on after it',
    withMigration(
      class extends SpecimenMigration {
        protected override load(): void {
          const whole = new Uint8Array(Buffer.concat(this.received));
          this.received = [];
          this.image.decode(whole);
          this.engine.adopt();
        }
      },
    ),
  ),
  platform(
    'image-lacks-target',
    'migration round trip: a wide register is not in the image',
    restoredWith(({ registers }) => {
      registers.set64('TARGET', 0n);
    }),
  ),
  platform(
    'image-lacks-mixed',
    'migration round trip: memory behind a hole is not in the image',
    restoredWith(({ memories }) => {
      memories[1]?.bytes.fill(0);
    }),
  ),
  platform(
    'image-flips-length',
    'migration round trip: a register has its reset value on the device that is restored',
    restoredWith(({ registers }) => {
      registers.set('LENGTH', 0x100);
    }),
  ),
  platform(
    'save-early',
    'VFIO_DEVICE_STATE_PRE_COPY: the image is that of the moment when the session was opened',
    withMigration(
      class extends SpecimenMigration {
        override save(): MigrationSource {
          let rest = this.image.encode();
          return {
            ...super.save(),
            read: (into) => {
              if (this.running) {
                return 0;
              }
              const part = rest.subarray(0, into.length);
              into.set(part);
              rest = rest.subarray(part.length);
              return part.length;
            },
          };
        }
      },
    ),
  ),
  platform(
    'drain-missing',
    'pasid draining: a job goes on with a PASID that was unbound',
    class extends PlatformSpecimen {
      override drainPasid(): void {
        // Forgotten.
      }
    },
  ),
  platform(
    'pasid-ignored',
    'dma bound pasid: the register that says with which PASID to work has no effect',
    withEngine(
      class extends JobEngine {
        override adopt(): void {
          if (this.registers.get('STATUS') === STATUS_BUSY) {
            this.port = this.bus.dma();
            this.run();
          }
        }
      },
    ),
  ),
  platform(
    'done-unordered-late',
    'PCIe Base Spec 2.4.1: the message that a job is done comes before its data is in memory',
    withEngine(
      class extends JobEngine {
        protected override finish(): void {
          const { port, registers } = this;
          this.port = undefined;
          registers.set('STATUS', STATUS_DONE);
          this.bus.done(registers.get('VECTOR'));
          this.bus.clock.schedule(1, () => {
            if (port !== undefined) {
              this.transfer(port);
            }
          });
        }
      },
    ),
  ),
  platform(
    'close-late-timer',
    'DeviceModel.close: a message comes some time after the close',
    class extends PlatformSpecimen {
      override close(): void {
        void super.close();
        this.clock.schedule(50, () => {
          this.services.irqs.trigger(DONE_INDEX, 0);
        });
      }
    },
  ),
  platform(
    'open-seat-twice',
    'DeviceModel.close: every open but the first takes a partition that is not given back',
    class extends PlatformSpecimen {
      #isUsed = false;

      override open(): void {
        void super.open();
        if (this.#isUsed) {
          this.services.seats.take('seat');
        }
        this.#isUsed = true;
      }
    },
  ),
  platform(
    'feature-set-halves',
    'VFIO_DEVICE_FEATURE_SET: only the first byte of what a client sets is taken',
    class extends PlatformSpecimen {
      protected override makeFeature(): FeatureHandler {
        return {
          ...super.makeFeature(),
          set: ([mode = 0]) => {
            this.mode = mode;
          },
        };
      }
    },
  ),
  platform(
    'line-stuck',
    'irq level: a line that was raised never goes down but by a reset',
    class extends PlatformSpecimen {
      protected override line(raised: boolean): void {
        if (raised) {
          super.line(raised);
        }
      }
    },
  ),
  platform(
    'previous-memory',
    'fresh open: the next client of a sibling finds what the last one had in memory',
    class extends PlatformSpecimen {
      override open(): void {
        void super.open();
        this.memory.bytes.set(pasts.get(this.services.seats) ?? []);
      }

      override close(): void {
        void super.close();
        pasts.set(this.services.seats, this.memory.bytes.slice(0, 64));
      }
    },
  ),
  platform(
    'resume-rings',
    'quiesce calls: a device that has nothing to do says again that its last job is done',
    class extends PlatformSpecimen {
      override resume(): void {
        super.resume();
        if (!this.engine.busy && this.registers.get('STATUS') === STATUS_DONE) {
          this.done(0);
        }
      }
    },
  ),
];
