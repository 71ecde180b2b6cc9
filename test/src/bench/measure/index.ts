export { collectGarbage, endOfJob, heldBytes } from '../garbage.js';
export { LeftOut } from './left-out.js';
export {
  median,
  ofRuns,
  quantile,
  type Benchmark,
  type Measurement,
  type Unit,
} from './measurement.js';
export { micro } from './micro.js';
export { asRate } from './rate.js';
export { runBenchmark, type Outcome } from './run-benchmark.js';
