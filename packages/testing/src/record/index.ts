export {
  RECORDING_VERSION,
  type RecordedAnswer,
  type RecordedArguments,
  type RecordedDevice,
  type RecordedDmaKind,
  type RecordedError,
  type RecordedIrqIndex,
  type RecordedRegion,
  type RecordedRegister,
  type RecordedValue,
  type Recording,
  type RecordingEntry,
  type RecordingHeader,
} from './entry.js';
export { describeEntry, describeHeader } from './describe.js';
export { diffRecordings, type DiffOptions, type RecordingDifference } from './diff.js';
export { fileSink } from './file-sink.js';
export { recorderFromEnvironment } from './from-environment.js';
export {
  parseRecording,
  readRecording,
  RecordingReader,
  type ParseOptions,
  type ReadOptions,
  type RecordingPart,
} from './reader.js';
export { Recorder, type RecorderOptions } from './recorder.js';
export { memorySink, type MemorySink, type RecordingSink } from './sink.js';
export { printableText } from './text.js';
export { RecordingView, viewRecording } from './view.js';
export { RecordingWriter } from './writer.js';
