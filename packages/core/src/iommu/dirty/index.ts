export { DirtyLog, type DirtyLogOptions, type ReportOptions } from './dirty-log.js';
export { MAX_LOG_RANGES, type LogRange } from './log-ranges.js';
