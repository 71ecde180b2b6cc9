import { Errno, errnoText, type ErrnoName } from '@mdevkit/uapi';

/** Survives two copies of this package in one process, which `instanceof` does not. */
const brand: unique symbol = Symbol.for('@mdevkit/core/MdevError');

/** Values that belong to one occurrence of an error, for people and for programs. */
export type ErrorDetails = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

/** One row of a catalogue of reasons: what a caller broke, and the errno that Linux gives for it. */
export interface ReasonRow {
  readonly errno: ErrnoName;
  /** One sentence, without the values of the occurrence. */
  readonly text: string;
  /** The primary source of the rule and its errno. */
  readonly source: string;
}

/** What an {@link MdevError} looks like on a wire or in a log. */
export interface MdevErrorJson {
  readonly errno: number;
  readonly code: string;
  readonly reason: string;
  readonly message: string;
  readonly details?: Record<string, string | number | boolean>;
}

/**
 * The one error class of mdevkit. `errno` and `code` are Linux's, `reason` names the exact rule that
 * was broken and is stable, so that a program may branch on it.
 */
export class MdevError extends Error {
  readonly [brand] = true;
  override readonly name = 'MdevError';
  /** Positive Linux errno, for example 22. */
  readonly errno: number;
  /** Its name, for example `EINVAL`. */
  readonly code: ErrnoName;
  /** The rule, for example `irq.range`. */
  readonly reason: string;
  readonly details: ErrorDetails;

  constructor(
    code: ErrnoName,
    reason: string,
    text: string,
    details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(`${code} ${reason}: ${text}${describe(details)}`, options);
    this.code = code;
    this.errno = Errno[code];
    this.reason = reason;
    this.details = details;
  }

  /** Whether `value` is an MdevError, also one of another copy of this package. */
  static is(value: unknown): value is MdevError {
    return typeof value === 'object' && value !== null && brand in value;
  }

  toJSON(): MdevErrorJson {
    const details: Record<string, string | number | boolean> = {};
    for (const [key, value] of Object.entries(this.details)) {
      if (value !== undefined) {
        details[key] = typeof value === 'bigint' ? value.toString() : value;
      }
    }
    const json = {
      errno: this.errno,
      code: this.code,
      reason: this.reason,
      message: this.message,
    };
    return Object.keys(details).length === 0 ? json : { ...json, details };
  }

  /** The kernel's text of the errno, for example `Invalid argument`. */
  get errnoText(): string {
    return errnoText(this.code);
  }
}

function describe(details: ErrorDetails): string {
  const parts = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${String(value)}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
