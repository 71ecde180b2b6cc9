export type { QueueWave } from './queue-wave.js';
export { vcdOfRecording, type RecordedWaveOptions } from './vcd-of-recording.js';
export {
  VcdWriter,
  type VcdOptions,
  type VcdTimescale,
  type VcdType,
  type VcdVariable,
} from './vcd-writer.js';
export { WaveformRecorder, type WaveformOptions } from './waveform-recorder.js';
