import {
  MdevError,
  type MigrationModel,
  type MigrationSink,
  type MigrationSource,
} from '@mdevkit/core';
import {
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_RUNNING,
} from '@mdevkit/uapi';
import type { JobEngine } from './job-engine.js';
import type { SpecimenImage } from './specimen-image.js';

const STOPPED = 'migration';

/** Stops the engine, and carries an image out and in. Nothing is ready before the device has stopped. */
export class SpecimenMigration implements MigrationModel {
  readonly p2p: boolean = true;
  readonly preCopy: boolean = true;
  protected readonly image: SpecimenImage;
  protected readonly engine: JobEngine;
  protected received: Uint8Array[] = [];
  protected running = true;

  constructor(image: SpecimenImage, engine: JobEngine) {
    this.image = image;
    this.engine = engine;
  }

  get isRunning(): boolean {
    return this.running;
  }

  transition(from: number, to: number): void | Promise<void> {
    if (from === VFIO_DEVICE_STATE_RESUMING) {
      this.load();
    }
    this.running = to === VFIO_DEVICE_STATE_RUNNING || to === VFIO_DEVICE_STATE_PRE_COPY;
    if (this.running) {
      this.engine.release(STOPPED);
    } else {
      this.engine.hold(STOPPED);
    }
  }

  save(): MigrationSource {
    let rest: Uint8Array | undefined;
    return {
      read: (into) => {
        if (this.running) {
          return 0;
        }
        rest ??= this.image.encode();
        const part = rest.subarray(0, into.length);
        into.set(part);
        rest = rest.subarray(part.length);
        return part.length;
      },
      remaining: () => ({ initialBytes: 0, dirtyBytes: this.running ? this.image.size : 0 }),
    };
  }

  restore(): MigrationSink {
    this.received = [];
    return {
      write: (from) => {
        this.take(from);
      },
    };
  }

  dataSize(): number {
    return this.image.size;
  }

  /** Whatever a migration had begun is dropped. */
  reset(): void {
    this.received = [];
    this.running = true;
    this.engine.release(STOPPED);
  }

  /** More than an image is refused before it is stored. */
  protected take(from: Uint8Array): void {
    const had = this.received.reduce((sum, { length }) => sum + length, 0);
    if (had + from.length > this.image.size) {
      throw new MdevError('EINVAL', 'specimen.image', 'the image is too long');
    }
    this.received.push(from.slice());
  }

  protected load(): void {
    const whole = new Uint8Array(Buffer.concat(this.received));
    this.received = [];
    this.engine.abandon();
    this.image.decode(whole);
    this.engine.adopt();
  }
}
