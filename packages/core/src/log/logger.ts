/** Values that belong to a log line; an error goes under `error`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the core and device models report what no caller can be told. Injected. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to each of its lines. */
  child(fields: LogFields): Logger;
}

export const Logger: unique symbol = Symbol.for('@mdevkit/core/Logger');

/** Throws everything away: the default of a host that was given no logger. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
