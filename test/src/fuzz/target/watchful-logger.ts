import { MdevError, type LogFields, type Logger } from '@mdevkit/core';
import { DeliberateError } from '../models/index.js';

/**
 * Keeps the first error that is neither one of the project's own nor thrown by a model on purpose: the server answers EIO
 * and goes on, but its author has not thought of something.
 */
export class WatchfulLogger implements Logger {
  mistake: unknown;

  debug(): void {}

  info(): void {}

  warn(_message: string, fields?: LogFields): void {
    this.#look(fields);
  }

  error(_message: string, fields?: LogFields): void {
    this.#look(fields);
  }

  child(): Logger {
    return this;
  }

  #look(fields: LogFields | undefined): void {
    const error = fields?.['error'];
    if (error !== undefined && this.mistake === undefined && !isForeseen(error)) {
      this.mistake = error;
    }
  }
}

function isForeseen(error: unknown): boolean {
  if (error instanceof DeliberateError) {
    return true;
  }
  if (!MdevError.is(error)) {
    return false;
  }
  // What the client sent was not to be read.
  if (error.reason === 'vfio-user.version-json') {
    return true;
  }
  const { cause } = error;
  return cause === undefined || !(cause instanceof Error) || isForeseen(cause);
}
