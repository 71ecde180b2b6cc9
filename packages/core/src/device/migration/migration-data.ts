import { failure, MdevError } from '../../errors/index.js';
import type { MigrationSink, MigrationSource } from './migration-model.js';

/** struct vfio_precopy_info. */
export interface PrecopyInfo {
  readonly initialBytes: number;
  readonly dirtyBytes: number;
}

/** What a session needs to know of the device it belongs to. */
export interface SessionPhase {
  /** Whether the device is in a pre-copy state now. */
  readonly preCopy: boolean;
}

/** Carries a model's call out: wraps its failures and bounds its time. */
export type Guard = <T>(what: string, run: () => T | Promise<T>) => Promise<T>;

/**
 * The data session of a migration: what the kernel gives as data_fd. It ends when the device leaves the
 * saving states or RESUMING, and answers ENODEV from then on.
 *
 * Source: Linux include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, VFIO_MIG_GET_PRECOPY_INFO.
 */
export class MigrationData {
  readonly #stream: { source: MigrationSource } | { sink: MigrationSink };
  readonly #phase: SessionPhase;
  readonly #guard: Guard;
  #over = false;

  constructor(
    stream: { source: MigrationSource } | { sink: MigrationSink },
    phase: SessionPhase,
    guard: Guard,
  ) {
    this.#stream = stream;
    this.#phase = phase;
    this.#guard = guard;
  }

  /** Fills the start of `into`. 0 is the end; at the temporary end of pre-copy it throws ENOMSG. */
  async read(into: Uint8Array): Promise<number> {
    this.#requireLive();
    if (!('source' in this.#stream)) {
      throw failure('migration.direction');
    }
    const { source } = this.#stream;
    // The 0 of a read that began in pre-copy is not the end, even if the device is in STOP_COPY by now.
    const { preCopy } = this.#phase;
    const count = await this.#guard('migration read', () => source.read(into));
    this.#requireLive();
    if (!Number.isInteger(count) || count < 0 || count > into.length) {
      throw failure('model.count', { count, length: into.length });
    }
    if (count === 0 && into.length > 0 && preCopy) {
      throw failure('migration.no-data-yet');
    }
    return count;
  }

  async write(from: Uint8Array): Promise<number> {
    this.#requireLive();
    if (!('sink' in this.#stream)) {
      throw failure('migration.direction');
    }
    const { sink } = this.#stream;
    await this.#guard('migration write', () => sink.write(from));
    this.#requireLive();
    return from.length;
  }

  precopyInfo(): PrecopyInfo {
    this.#requireLive();
    const info = this.#phase.preCopy ? this.#remaining() : undefined;
    if (info === undefined) {
      throw failure('migration.not-precopy');
    }
    if (!isByteCount(info.initialBytes) || !isByteCount(info.dirtyBytes)) {
      throw failure('model.payload', { handler: 'migration remaining' });
    }
    return info;
  }

  /** Called by the core when the device has left the states of this session. */
  end(): void {
    this.#over = true;
  }

  #remaining(): PrecopyInfo | undefined {
    try {
      return 'source' in this.#stream ? this.#stream.source.remaining?.() : undefined;
    } catch (error) {
      throw MdevError.is(error)
        ? error
        : failure('model.threw', { handler: 'migration remaining' }, error);
    }
  }

  #requireLive(): void {
    if (this.#over) {
      throw failure('migration.session-over');
    }
  }
}

function isByteCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
