import {
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_PRE_COPY_P2P,
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_RUNNING,
  VFIO_DEVICE_STATE_STOP_COPY,
  VFIO_MIGRATION_P2P,
  VFIO_MIGRATION_PRE_COPY,
  VFIO_MIGRATION_STOP_COPY,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import { MigrationData, type Guard } from './migration-data.js';
import type { MigrationModel } from './migration-model.js';
import { nextHop } from './next-hop.js';

/**
 * The migration state of one device. A request walks the arcs to its target one by one; when an arc fails
 * the device stays where it got to, which {@link MigrationMachine.state} tells.
 *
 * Source: Linux include/uapi/linux/vfio.h, enum vfio_device_mig_state.
 */
export class MigrationMachine {
  readonly #model: MigrationModel;
  readonly #guard: Guard;
  #state: number = VFIO_DEVICE_STATE_RUNNING;
  #session: MigrationData | undefined;
  #changing = false;
  /** Counts resets, so that a walk that was overtaken by one does not go on. */
  #epoch = 0;

  constructor(model: MigrationModel, guard: Guard) {
    this.#model = model;
    this.#guard = guard;
  }

  get state(): number {
    return this.#state;
  }

  get preCopy(): boolean {
    return isPreCopy(this.#state);
  }

  /** VFIO_MIGRATION_* of the device. */
  get flags(): number {
    return (
      VFIO_MIGRATION_STOP_COPY |
      (this.#model.p2p ? VFIO_MIGRATION_P2P : 0) |
      (this.#model.preCopy ? VFIO_MIGRATION_PRE_COPY : 0)
    );
  }

  async dataSize(): Promise<number> {
    const size = await this.#guard('migration data size', () => this.#model.dataSize());
    if (!Number.isSafeInteger(size) || size < 0) {
      throw failure('model.payload', { size });
    }
    return size;
  }

  /** Goes to `target`. Returns the data session if the last arc opened one. Throws EINVAL, EBUSY. */
  async set(target: number): Promise<MigrationData | undefined> {
    if (this.#changing) {
      throw failure('migration.busy');
    }
    this.#changing = true;
    try {
      return await this.#walk(target);
    } finally {
      this.#changing = false;
    }
  }

  /** The device was reset or closed: RUNNING, and every data session is over. */
  reset(): void {
    this.#epoch += 1;
    this.#state = VFIO_DEVICE_STATE_RUNNING;
    this.#endSession();
  }

  async #walk(target: number): Promise<MigrationData | undefined> {
    const epoch = this.#epoch;
    let opened: MigrationData | undefined;
    do {
      const from = this.#state;
      const hop = nextHop(from, target, this.#model);
      if (hop === undefined) {
        throw failure('migration.arc', { from, to: target });
      }
      if (hop !== from) {
        await this.#guard('migration transition', () => this.#model.transition(from, hop));
        this.#requireEpoch(epoch);
        opened = await this.#enter(from, hop);
      }
    } while (this.#state !== target);
    return opened;
  }

  async #enter(from: number, to: number): Promise<MigrationData | undefined> {
    this.#state = to;
    if (!hasSession(to) || (!isSaving(from) && isSaving(to)) || to === VFIO_DEVICE_STATE_RESUMING) {
      this.#endSession();
    }
    if (!hasSession(to) || (isSaving(from) && isSaving(to))) {
      return undefined;
    }
    const epoch = this.#epoch;
    const stream =
      to === VFIO_DEVICE_STATE_RESUMING
        ? { sink: await this.#guard('migration restore', () => this.#model.restore()) }
        : { source: await this.#guard('migration save', () => this.#model.save()) };
    this.#requireEpoch(epoch);
    this.#session = new MigrationData(stream, this, this.#guard);
    return this.#session;
  }

  /** A reset or close overtook the walk. */
  #requireEpoch(epoch: number): void {
    if (this.#epoch !== epoch) {
      throw failure('device.resetting');
    }
  }

  #endSession(): void {
    this.#session?.end();
    this.#session = undefined;
  }
}

function isPreCopy(state: number): boolean {
  return state === VFIO_DEVICE_STATE_PRE_COPY || state === VFIO_DEVICE_STATE_PRE_COPY_P2P;
}

function isSaving(state: number): boolean {
  return isPreCopy(state) || state === VFIO_DEVICE_STATE_STOP_COPY;
}

function hasSession(state: number): boolean {
  return isSaving(state) || state === VFIO_DEVICE_STATE_RESUMING;
}
