export { compareRuns, comparisonTable } from './compare.js';
export { parseRun } from './parse-run.js';
export { compareOne, spreadOf, type Comparison, type Verdict } from './verdict.js';
