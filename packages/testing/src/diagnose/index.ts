export {
  Burndown,
  type BurndownKind,
  type BurndownOptions,
  type BurndownRow,
} from './burndown/index.js';
export { lspciText, readConfig } from './config-text/index.js';
export { diagnosticsFromEnvironment, type Diagnostics } from './environment.js';
export type { NamedRegister, RegionNames, RegisterNames } from './names/index.js';
export {
  spinLine,
  SpinWatchdog,
  type Spin,
  type SpinRead,
  type SpinWatchdogOptions,
  type SpinWrite,
} from './spin/index.js';
export {
  vcdOfRecording,
  VcdWriter,
  WaveformRecorder,
  type QueueWave,
  type RecordedWaveOptions,
  type VcdOptions,
  type VcdTimescale,
  type VcdType,
  type VcdVariable,
  type WaveformOptions,
} from './wave/index.js';
