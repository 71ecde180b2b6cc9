export { Logger, silentLogger, type LogFields } from './logger.js';
export { safeLogger } from './safe-logger.js';
