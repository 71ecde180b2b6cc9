import { MdevError, type Endpoint, type MigrationData } from '@mdevkit/core';
import {
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_PRE_COPY_P2P,
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_STOP_COPY,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';

const SAVING: readonly number[] = [
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_PRE_COPY_P2P,
  VFIO_DEVICE_STATE_STOP_COPY,
];
const RESTORING: readonly number[] = [VFIO_DEVICE_STATE_RESUMING];

/** The migration of one client's device: its data session, which the kernel would give as a descriptor. */
export class MigrationTransfer implements Disposable {
  readonly #endpoint: Endpoint;
  #data: MigrationData | undefined;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** Goes to a VFIO_DEVICE_STATE_*, while the device is quiet. */
  async setState(state: number): Promise<void> {
    const endpoint = this.#endpoint;
    const opened = await endpoint.whileQuiet('migration', () => endpoint.setMigrationState(state));
    // From pre-copy to stop-copy the session stays the same.
    this.#data = opened ?? this.#data;
  }

  /**
   * The next `size` bytes of the device's state. Fewer are the end: for now in pre-copy, for good in STOP_COPY.
   * Rejects with EINVAL `vfio-user.migration-state` in another state, and what the device throws: what was read up to
   * then is lost, as a reply with a part of it would be taken for the end.
   */
  async read(size: number): Promise<Uint8Array> {
    const data = this.#session(SAVING);
    const into = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const count = await readSome(data, into.subarray(done));
      if (count === 0) {
        break;
      }
      done += count;
    }
    return into.subarray(0, done);
  }

  /** All of `from` or nothing. Rejects with EINVAL `vfio-user.migration-state`, and what the device throws. */
  async write(from: Uint8Array): Promise<void> {
    await this.#session(RESTORING).write(from);
  }

  [Symbol.dispose](): void {
    this.#data = undefined;
  }

  #session(states: readonly number[]): MigrationData {
    const state = this.#endpoint.migrationState();
    if (this.#data === undefined || !states.includes(state)) {
      throw failure('vfio-user.migration-state', { state });
    }
    return this.#data;
  }
}

async function readSome(data: MigrationData, into: Uint8Array): Promise<number> {
  try {
    return await data.read(into);
  } catch (error) {
    if (MdevError.is(error) && error.reason === 'migration.no-data-yet') {
      return 0;
    }
    throw error;
  }
}
