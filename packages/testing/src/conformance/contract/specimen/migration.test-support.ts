import {
  MdevError,
  type DeviceMemory,
  type MigrationModel,
  type MigrationSink,
  type MigrationSource,
  type RegisterMap,
} from '@mdevkit/core';
import {
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_RUNNING,
} from '@mdevkit/uapi';
import type { Defect } from './defects.test-support.js';

const names = ['VALUE', 'ADDRESS', 'COUNT'] as const;
const MAGIC = 0x5bec1;
const HEAD = 4 + 4 * names.length;

/** The state of the specimen: three registers, and its memory. */
export class SpecimenMigration implements MigrationModel {
  readonly p2p = false;
  readonly preCopy = true;
  readonly #registers: RegisterMap<(typeof names)[number]>;
  readonly #memory: DeviceMemory;
  readonly #defect: Defect | undefined;
  #received: Uint8Array[] = [];
  running = true;

  constructor(
    registers: RegisterMap<(typeof names)[number]>,
    memory: DeviceMemory,
    defect: Defect | undefined,
  ) {
    this.#registers = registers;
    this.#memory = memory;
    this.#defect = defect;
  }

  transition(from: number, to: number): void {
    if (from === VFIO_DEVICE_STATE_RESUMING) {
      this.#take();
    }
    this.running = to === VFIO_DEVICE_STATE_RUNNING || to === VFIO_DEVICE_STATE_PRE_COPY;
  }

  save(): MigrationSource {
    let rest: Uint8Array | undefined;
    return {
      read: (into) => {
        if (this.running) {
          return 0;
        }
        rest ??= this.#image();
        const part = rest.subarray(0, into.length);
        into.set(part);
        rest = rest.subarray(part.length);
        return part.length;
      },
      remaining: () => {
        const left = this.running ? HEAD + this.#memory.size : 0;
        const dirtyBytes = this.#defect === 'precopy-nothing' ? Number.NaN : left;
        return { initialBytes: 0, dirtyBytes };
      },
    };
  }

  restore(): MigrationSink {
    if (this.#defect !== 'restore-appends') {
      this.#received = [];
    }
    return {
      write: (from) => {
        this.#received.push(from.slice());
      },
    };
  }

  dataSize(): number {
    return this.#defect === 'data-size' ? -1 : HEAD + this.#memory.size;
  }

  reset(): void {
    this.running = true;
    this.#received = [];
  }

  #image(): Uint8Array {
    const image = new Uint8Array(HEAD + this.#memory.size);
    const view = new DataView(image.buffer);
    view.setUint32(0, MAGIC, true);
    names.forEach((name, i) => {
      view.setUint32(4 + 4 * i, this.#registers.get(name), true);
    });
    image.set(this.#memory.bytes, HEAD);
    return image;
  }

  #take(): void {
    const image = Uint8Array.from(this.#received.flatMap((part) => [...part]));
    const view = new DataView(image.buffer);
    const isWhole = image.length === HEAD + this.#memory.size;
    if (!isWhole && this.#defect !== 'takes-short-image') {
      throw new MdevError('EINVAL', 'specimen.image', 'the image is not whole');
    }
    if (isWhole && view.getUint32(0, true) !== MAGIC && this.#defect !== 'takes-any-image') {
      throw new MdevError('EINVAL', 'specimen.image', 'the image is none of this device');
    }
    if (isWhole) {
      const lacks = this.#defect === 'restores-part' || this.#defect === 'mode-not-saved';
      names.slice(lacks ? 1 : 0).forEach((name) => {
        this.#registers.set(name, view.getUint32(4 + 4 * names.indexOf(name), true));
      });
      this.#memory.bytes.set(image.subarray(HEAD));
    }
  }
}
