import type { LogFields, Logger } from './logger.js';

/** The same logger, except that what it throws is lost: a log line must not keep a caller waiting. */
export function safeLogger(logger: Logger): Logger {
  const attempt =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields?: LogFields): void => {
      try {
        logger[level](message, fields);
      } catch {
        // There is nowhere left to report it.
      }
    };
  return {
    debug: attempt('debug'),
    info: attempt('info'),
    warn: attempt('warn'),
    error: attempt('error'),
    child: (fields) => safeLogger(logger.child(fields)),
  };
}
