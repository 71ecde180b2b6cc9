export {
  RECORDING_VERSION,
  type RecordedAnswer,
  type RecordedArguments,
  type RecordedDevice,
  type RecordedDmaKind,
  type RecordedError,
  type RecordedIrqIndex,
  type RecordedRegion,
  type RecordedValue,
  type Recording,
  type RecordingEntry,
  type RecordingHeader,
} from './entry.js';
