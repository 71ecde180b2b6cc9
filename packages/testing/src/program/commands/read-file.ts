import { createReadStream, readFileSync } from 'node:fs';
import {
  parseRecording,
  readRecording,
  type Recording,
  type RecordingPart,
} from '../../record/index.js';

/** The option of all commands that need a whole recording. */
export const truncatedOption = {
  'allow-truncated': { type: 'boolean', default: false },
} as const;

/**
 * A whole recording; with `--allow-truncated` what there is of one that was cut. Throws what reading a file throws, and as
 * `parseRecording`.
 */
export function readRecordingFile(
  path: string,
  { 'allow-truncated': allowTruncated = false }: { readonly 'allow-truncated'?: boolean },
): Recording {
  return parseRecording(readFileSync(path), { allowTruncated });
}

/** The same part by part; a recording that is cut is told after its last part. */
export function streamRecordingFile(path: string): AsyncIterable<RecordingPart> {
  return readRecording(createReadStream(path) as AsyncIterable<Uint8Array>);
}
