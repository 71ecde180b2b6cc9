import { createReadStream, readFileSync } from 'node:fs';
import {
  parseRecording,
  readRecording,
  type Recording,
  type RecordingPart,
} from '@mdevkit/testing';

/** A whole recording. Throws what reading a file throws, and as `parseRecording`. */
export function readRecordingFile(path: string): Recording {
  return parseRecording(readFileSync(path));
}

/** The same part by part; a recording that is cut is told after its last part. */
export function streamRecordingFile(path: string): AsyncIterable<RecordingPart> {
  return readRecording(createReadStream(path) as AsyncIterable<Uint8Array>);
}
