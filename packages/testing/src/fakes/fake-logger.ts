import type { LogFields, Logger } from '@mdevkit/core';

export type FakeLogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface FakeLogLine {
  readonly level: FakeLogLevel;
  readonly message: string;
  /** Of the line, over those of the loggers that it came through. */
  readonly fields: LogFields;
}

/** Keeps what is logged, also by its children. */
export class FakeLogger implements Logger {
  readonly #lines: FakeLogLine[] = [];
  readonly #add = (line: FakeLogLine): void => {
    this.#lines.push(line);
  };
  readonly #root = childLogger(this.#add, {});

  /** Oldest first. */
  get lines(): readonly FakeLogLine[] {
    return this.#lines;
  }

  debug(message: string, fields?: LogFields): void {
    this.#root.debug(message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#root.info(message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#root.warn(message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#root.error(message, fields);
  }

  child(fields: LogFields): Logger {
    return this.#root.child(fields);
  }

  clear(): void {
    this.#lines.length = 0;
  }
}

function childLogger(add: (line: FakeLogLine) => void, inherited: LogFields): Logger {
  const at =
    (level: FakeLogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      add({ level, message, fields: { ...inherited, ...fields } });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => childLogger(add, { ...inherited, ...fields }),
  };
}
