export { Logger, silentLogger, type LogFields } from './logger.js';
