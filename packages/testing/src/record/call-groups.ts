import { boundPasids } from './bound-pasids.js';
import type { RecordedAnswer, RecordingEntry } from './entry.js';

export type CallEntry = Extract<RecordingEntry, { readonly kind: 'call' }>;

/** A call, its answer, and what happened from then until the next call. */
export interface CallGroup {
  /** Undefined for what happened before the first call. */
  readonly call: CallEntry | undefined;
  /** Undefined if there is none in the recording. */
  readonly answer: RecordedAnswer | undefined;
  /** Of a bind or unbind: which bind of the recording is meant; undefined for others, and for what was never bound. */
  readonly bound: number | undefined;
  /** Without calls and answers. */
  readonly meanwhile: readonly RecordingEntry[];
}

/** A recording, call by call. */
export function callGroups(entries: readonly RecordingEntry[]): readonly CallGroup[] {
  const bound = boundPasids(entries);
  const answers = new Map<number, RecordedAnswer>();
  for (const entry of entries) {
    if (entry.kind === 'answer') {
      answers.set(entry.id, entry.answer);
    }
  }
  const groups: { call: CallEntry | undefined; meanwhile: RecordingEntry[] }[] = [];
  let current: (typeof groups)[number] = { call: undefined, meanwhile: [] };
  for (const entry of entries) {
    if (entry.kind === 'call') {
      groups.push(current);
      current = { call: entry, meanwhile: [] };
    } else if (entry.kind !== 'answer') {
      current.meanwhile.push(entry);
    }
  }
  groups.push(current);
  return groups.map(({ call, meanwhile }) => ({
    call,
    meanwhile,
    bound: call === undefined ? undefined : bound.get(call.id),
    answer: call === undefined ? undefined : answers.get(call.id),
  }));
}
