import type { ClientCallKind, Clock, Logger } from '@mdevkit/core';
import {
  RECORDING_VERSION,
  type RecordedArguments,
  type RecordedDevice,
  type RecordingEntry,
  type RecordingHeader,
} from './entry.js';
import type { RecordingSink } from './sink.js';
import { RecordingWriter } from './writer.js';

/** Entries of a model's constructor, before it is known what the device is. */
const MAX_EARLY = 4096;

/**
 * One recording while it is made. Nothing that it does fails: when it cannot go on, because its sink throws, it says so once
 * and ends.
 */
export class Tape {
  readonly #sink: RecordingSink;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #mdev: RecordingHeader['mdev'];
  readonly #began: number;
  #writer: RecordingWriter | undefined;
  #early: RecordingEntry[] = [];
  #lastId = 0;
  #over = false;

  constructor(parts: {
    readonly sink: RecordingSink;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly mdev: RecordingHeader['mdev'];
  }) {
    this.#sink = parts.sink;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#mdev = parts.mdev;
    this.#began = parts.clock.now();
  }

  /** It is known what the device is: the header is written, and what has happened before. */
  begin(device: () => RecordedDevice): void {
    if (this.#writer !== undefined || this.#over) {
      return;
    }
    try {
      const { uuid, type, parent } = this.#mdev;
      const header = {
        version: RECORDING_VERSION,
        mdev: { uuid, type, parent },
        device: device(),
      };
      this.#writer = new RecordingWriter(this.#sink, header);
      for (const entry of this.#early.splice(0)) {
        this.#writer.write(entry);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Adds what `entry` makes; it is called at once with the time, or never. */
  add(entry: (time: number) => RecordingEntry): void {
    if (!this.#over) {
      try {
        this.#write(entry(this.#now()));
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  /** Adds a call, with what `args` makes of it, and answers its id. */
  call(call: ClientCallKind, args: () => RecordedArguments): number {
    const id = this.#lastId + 1;
    this.add((time) => {
      const entry = { kind: 'call', time, id, call, args: args() } as const;
      this.#lastId = id;
      return entry;
    });
    return id;
  }

  end(): void {
    this.add((time) => ({ kind: 'end', time }));
    if (!this.#over) {
      this.#over = true;
      this.#release();
    }
  }

  #write(entry: RecordingEntry): void {
    if (this.#writer !== undefined) {
      this.#writer.write(entry);
    } else if (this.#early.push(entry) > MAX_EARLY) {
      throw new RangeError('too much happens before the device is known');
    }
  }

  /** Milliseconds, in whole microseconds. */
  #now(): number {
    return Math.floor((this.#clock.now() - this.#began) * 1000) / 1000;
  }

  #fail(error: unknown): void {
    this.#over = true;
    this.#release();
    this.#warn(error);
  }

  /** A model that could not be made has no recording, but a sink. */
  #release(): void {
    try {
      if (this.#writer === undefined) {
        this.#sink.end();
      } else {
        this.#writer.end();
      }
    } catch (error) {
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    try {
      this.#logger.warn('the recording of this mdev has ended early', { error });
    } catch {
      // There is nowhere left to report it.
    }
  }
}
