import {
  MdevError,
  type MigrationModel,
  type MigrationSink,
  type MigrationSource,
  type RegisterMap,
} from '@mdevkit/core';
import { struct, u32, VFIO_DEVICE_STATE_RESUMING, VFIO_DEVICE_STATE_RUNNING } from '@mdevkit/uapi';

/** The state as it travels. The magic number also tells the version: an image may be of a newer device. */
const TallyImage = struct('tally_image', { magic: u32(0), count: u32(4) });
const MAGIC = 0x74616c31;

/** Stops and starts the device, writes its image and reads one. The order of the steps is the core's. */
export class TallyMigration implements MigrationModel {
  readonly p2p = false;
  readonly preCopy = false;
  readonly #registers: RegisterMap<'COUNT'>;
  #running = true;
  #received: number[] = [];

  /** COUNT is all the state that there is. */
  constructor(registers: RegisterMap<'COUNT'>) {
    this.#registers = registers;
  }

  get running(): boolean {
    return this.#running;
  }

  /** One step between neighbouring states, such as RUNNING to STOP. An error leaves the device in `from`. */
  transition(from: number, to: number): void {
    if (from === VFIO_DEVICE_STATE_RESUMING) {
      this.#restore(Uint8Array.from(this.#received));
    }
    this.#running = to === VFIO_DEVICE_STATE_RUNNING;
  }

  save(): MigrationSource {
    let rest = TallyImage.encode({ magic: MAGIC, count: this.#registers.get('COUNT') });
    return {
      read: (into) => {
        const part = rest.subarray(0, into.length);
        into.set(part);
        rest = rest.subarray(part.length);
        return part.length;
      },
    };
  }

  restore(): MigrationSink {
    this.#received = [];
    return {
      write: (from) => {
        // The stream comes from outside: more than an image is refused before it is stored.
        if (this.#received.length + from.length > TallyImage.size) {
          throw new MdevError('EINVAL', 'tally.image', 'the image is too long');
        }
        this.#received.push(...from);
      },
    };
  }

  dataSize(): number {
    return TallyImage.size;
  }

  reset(): void {
    this.#running = true;
    this.#received = [];
  }

  #restore(image: Uint8Array): void {
    const whole = image.length === TallyImage.size;
    if (!whole || TallyImage.decode(image).magic !== MAGIC) {
      throw new MdevError('EINVAL', 'tally.image', 'the image is not one of this version');
    }
    this.#registers.set('COUNT', TallyImage.decode(image).count);
  }
}
