import {
  failure as coreFailure,
  MigrationData,
  type MigrationSink,
  type MigrationSource,
} from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
  VFIO_DEVICE_FEATURE_SET,
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_PRE_COPY_P2P,
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_STOP_COPY,
  VFIO_USER_MIG_DATA_READ,
  VFIO_USER_MIG_DATA_WRITE,
  VfioDeviceFeatureMigState,
  VfioUserMigData,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import type { Connection } from './connection.js';
import type { FeatureCalls } from './feature-calls.js';

const STATE_GET = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE;
const STATE_SET = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE;

/**
 * The migration state of the device and its data session, which has no descriptor here: MIG_DATA_READ and
 * MIG_DATA_WRITE carry its bytes. The server tells no estimate of what pre-copy has left, so `precopyInfo` of a session
 * answers EINVAL.
 *
 * Source: docs/interop/vfio-user.rst, VFIO_USER_MIG_DATA_READ, VFIO_USER_MIG_DATA_WRITE.
 */
export class MigrationClient {
  readonly #connection: Connection;
  readonly #features: FeatureCalls;
  /** Bytes of one transfer. */
  readonly #most: number;
  /** As the server told it last; undefined when it may have changed since. */
  #state: number | undefined;
  #session: MigrationData | undefined;

  constructor(connection: Connection, features: FeatureCalls, most: number) {
    this.#connection = connection;
    this.#features = features;
    this.#most = most;
  }

  async state(): Promise<number> {
    const reply = await this.#features.call(
      STATE_GET,
      new Uint8Array(VfioDeviceFeatureMigState.size),
    );
    if (reply.length < VfioDeviceFeatureMigState.size) {
      throw failure('vfio-user.bad-reply', { problem: 'a migration state is cut' });
    }
    const state = VfioDeviceFeatureMigState.decode(reply).device_state;
    this.#arrived(state);
    return state;
  }

  /** Returns the session that the last step opened; undefined where an earlier one goes on, or there is none. */
  async set(target: number): Promise<MigrationData | undefined> {
    if (!Number.isInteger(target) || target < 0 || target > 0xffff_ffff) {
      throw coreFailure('migration.arc', { to: target });
    }
    const before = this.#state ?? (await this.state());
    const payload = VfioDeviceFeatureMigState.encode({ device_state: target, data_fd: -1 });
    try {
      await this.#features.call(STATE_SET, payload);
    } catch (error) {
      // It may have gone a part of the way.
      this.#state = undefined;
      throw error;
    }
    const goesOn = before === target || (isSaving(before) && isSaving(target));
    if (!goesOn) {
      this.end();
    }
    this.#state = target;
    if (!hasSession(target) || this.#session !== undefined) {
      return undefined;
    }
    this.#session = this.#open(target);
    return this.#session;
  }

  /** The device was reset, or is gone: every session is over. */
  end(): void {
    this.#session?.end();
    this.#session = undefined;
    this.#state = undefined;
  }

  /** The device left the state of its session without being asked. */
  #arrived(state: number): void {
    if (
      !hasSession(state) ||
      (this.#state !== undefined && isSaving(this.#state) !== isSaving(state))
    ) {
      this.#session?.end();
      this.#session = undefined;
    }
    this.#state = state;
  }

  #open(state: number): MigrationData {
    const stream =
      state === VFIO_DEVICE_STATE_RESUMING ? { sink: this.#sink() } : { source: this.#source() };
    const isPreCopy = (): boolean => this.#state !== undefined && PRE_COPY.has(this.#state);
    const phase = {
      get preCopy(): boolean {
        return isPreCopy();
      },
    };
    return new MigrationData(stream, phase, async (_what, run) => run());
  }

  #source(): MigrationSource {
    return { read: (into) => this.#read(into) };
  }

  #sink(): MigrationSink {
    return { write: (from) => this.#write(from) };
  }

  /** One message: a reader of a stream takes what it gets. */
  async #read(into: Uint8Array): Promise<number> {
    const size = Math.min(into.length, this.#most);
    const argsz = VfioUserMigData.size + size;
    const request = VfioUserMigData.encode({ argsz, size });
    const reply = await this.#connection.ask(VFIO_USER_MIG_DATA_READ, request);
    const { size: head } = VfioUserMigData;
    const given =
      reply.length < head ? Infinity : VfioUserMigData.decode(reply.subarray(0, head)).size;
    if (given > size || reply.length < head + given) {
      throw failure('vfio-user.bad-reply', { problem: 'migration data of another length', size });
    }
    into.set(reply.subarray(head, head + given));
    return given;
  }

  async #write(from: Uint8Array): Promise<void> {
    const data = from.slice();
    for (let done = 0; done < data.length; done += this.#most) {
      const part = data.subarray(done, done + this.#most);
      const request = new Uint8Array(VfioUserMigData.size + part.length);
      VfioUserMigData.encode({ argsz: request.length, size: part.length }, request);
      request.set(part, VfioUserMigData.size);
      await this.#connection.ask(VFIO_USER_MIG_DATA_WRITE, request);
    }
  }
}

const PRE_COPY: ReadonlySet<number> = new Set([
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_PRE_COPY_P2P,
]);

function isSaving(state: number): boolean {
  return PRE_COPY.has(state) || state === VFIO_DEVICE_STATE_STOP_COPY;
}

function hasSession(state: number): boolean {
  return isSaving(state) || state === VFIO_DEVICE_STATE_RESUMING;
}
