export { compareRuns, type Scope } from './compare.js';
export { comparisonTable } from './comparison-table.js';
export { noiseOf, unrestOf } from './noise.js';
export { parseRun } from './parse-run.js';
export {
  compareOne,
  type Comparison,
  type Context,
  type Verdict,
  type Yardstick,
} from './verdict.js';
