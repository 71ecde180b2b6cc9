export { Bench } from './bench.js';
export { turn } from './bounded.js';
export { ModelWatch } from './model-watch.js';
export { placedRegisters, placedRegistersIn, type PlacedRegister } from './placed-registers.js';
export type { BenchLine } from './recording-logger.js';
export {
  describeCalls,
  type HookCall,
  type OnService,
  type Phase,
  type RaisedIrq,
  type ServiceCall,
  type ServiceName,
} from './service-calls.js';
export type { WatchedMdev } from './watched-mdev.js';
