import type { LogFields, Logger } from '@mdevkit/core';

/** One line that the host, or the driver, has logged. */
export interface BenchLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps what was logged, also by its children. */
export class BenchLogger implements Logger {
  readonly lines: BenchLine[];
  readonly #fields: LogFields;

  constructor(lines: BenchLine[] = [], fields: LogFields = {}) {
    this.lines = lines;
    this.#fields = fields;
  }

  debug(message: string, fields?: LogFields): void {
    this.#add('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#add('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#add('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#add('error', message, fields);
  }

  child(fields: LogFields): Logger {
    return new BenchLogger(this.lines, { ...this.#fields, ...fields });
  }

  #add(level: BenchLine['level'], message: string, fields: LogFields = {}): void {
    this.lines.push({ level, message, fields: { ...this.#fields, ...fields } });
  }
}
