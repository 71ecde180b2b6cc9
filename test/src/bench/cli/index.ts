export { HELP, parseArguments, type BenchArguments } from './arguments.js';
export { choose, shownOf, type Suites } from './choose.js';
export { report, type Destinations, type Task } from './report.js';
export { requireWritable } from './writable.js';
