export { HELP, parseArguments, type BenchArguments } from './arguments.js';
export { choose, shownOf, type Suites } from './choose.js';
