import type { RecordingEntry } from '../record/index.js';

export type CallEntry = Extract<RecordingEntry, { readonly kind: 'call' }>;
export type AnswerEntry = Extract<RecordingEntry, { readonly kind: 'answer' }>;
export type DmaEntry = Extract<RecordingEntry, { readonly kind: 'dma' }>;

/** A call of a recording, and its number; none before the first. */
export interface CallPlace {
  readonly call: CallEntry | undefined;
  readonly number: number;
}
