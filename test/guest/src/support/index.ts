export { withDeadline } from './deadline.js';
export { LineSplitter } from './line-splitter.js';
export { TextLog, type WaitOptions } from './text-log.js';
