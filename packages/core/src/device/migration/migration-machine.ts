import {
  VFIO_DEVICE_STATE_ERROR,
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_PRE_COPY_P2P,
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_RUNNING,
  VFIO_DEVICE_STATE_STOP_COPY,
  VFIO_MIGRATION_P2P,
  VFIO_MIGRATION_PRE_COPY,
  VFIO_MIGRATION_STOP_COPY,
} from '@mdevkit/uapi';
import { failure, MdevError } from '../../errors/index.js';
import { MigrationData, type Guard } from './migration-data.js';
import type { MigrationModel } from './migration-model.js';
import { nextHop } from './next-hop.js';
import { Walk } from './walk.js';

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
  /** The walk under way; a reset gives it up. */
  #walking: Walk | undefined;

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

  /**
   * Goes to `target`. Returns the data session if the last arc opened one, or if the state has none because
   * opening it failed before. Throws EINVAL, EBUSY. When an arc does not end in time nobody knows where the
   * device is: the state is ERROR, which only a reset leaves.
   */
  async set(target: number): Promise<MigrationData | undefined> {
    if (this.#walking !== undefined) {
      throw failure('migration.busy');
    }
    const walk = new Walk();
    this.#walking = walk;
    try {
      return await this.#walk(walk, target);
    } catch (error) {
      if (this.#walking === walk && MdevError.is(error) && error.reason === 'model.deadline') {
        this.#state = VFIO_DEVICE_STATE_ERROR;
        this.#endSession();
      }
      throw error;
    } finally {
      if (this.#walking === walk) {
        this.#walking = undefined;
      }
    }
  }

  /** The device was reset or closed: RUNNING, every data session is over, and a walk under way ends EBUSY. */
  reset(): void {
    this.#walking?.giveUp(failure('device.resetting'));
    this.#walking = undefined;
    this.#state = VFIO_DEVICE_STATE_RUNNING;
    this.#endSession();
  }

  async #walk(walk: Walk, target: number): Promise<MigrationData | undefined> {
    let opened: MigrationData | undefined;
    do {
      const from = this.#state;
      const hop = nextHop(from, target, this.#model);
      if (hop === undefined) {
        throw failure('migration.arc', { from, to: target });
      }
      if (hop !== from) {
        await walk.await(
          this.#guard('migration transition', () => this.#model.transition(from, hop)),
        );
        this.#leaveSession(from, hop);
        this.#state = hop;
      }
      opened = this.#needsSession() ? await this.#openSession(walk) : undefined;
    } while (this.#state !== target);
    return opened;
  }

  #leaveSession(from: number, to: number): void {
    if (!(isSaving(from) && isSaving(to))) {
      this.#endSession();
    }
  }

  #needsSession(): boolean {
    return hasSession(this.#state) && this.#session === undefined;
  }

  async #openSession(walk: Walk): Promise<MigrationData> {
    const stream =
      this.#state === VFIO_DEVICE_STATE_RESUMING
        ? { sink: await walk.await(this.#guard('migration restore', () => this.#model.restore())) }
        : { source: await walk.await(this.#guard('migration save', () => this.#model.save())) };
    this.#session = new MigrationData(stream, this, this.#guard);
    return this.#session;
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
