import { type LogFields, type Logger } from '@mdevkit/core';

/** Keeps what is logged as a warning or an error, a line each. */
export class Complaints implements Logger {
  /** Shared with all children. */
  readonly lines: string[];
  readonly #always: LogFields;

  constructor(lines: string[] = [], always: LogFields = {}) {
    this.lines = lines;
    this.#always = always;
  }

  debug(): void {
    // No complaint.
  }

  info(): void {
    // No complaint.
  }

  warn(message: string, fields: LogFields = {}): void {
    const all = Object.entries({ ...this.#always, ...fields });
    const told = all.map(([name, value]) => `${name}=${String(value)}`);
    this.lines.push([message, ...told].join(' '));
  }

  error(message: string, fields: LogFields = {}): void {
    this.warn(message, fields);
  }

  child(fields: LogFields): Logger {
    return new Complaints(this.lines, { ...this.#always, ...fields });
  }
}
