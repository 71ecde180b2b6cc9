export { collectGarbage, endOfJob, heldBytes } from '../garbage.js';
export { LeftOut } from './left-out.js';
export { MACHINE_LOOP, MachineLoop } from './machine-loop.js';
export { againstForeign, againstOwn, alone, type Baseline, type Measure } from './measure.js';
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
export { runAll, type Around, type Guard } from './run-all.js';
export { runBenchmark, type Outcome } from './run-benchmark.js';
