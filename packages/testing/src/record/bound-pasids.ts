import type { RecordingEntry } from './entry.js';

/**
 * Which PASIDs of a recording are meant: PASIDs are handed out by a parent, in the order of its opens and binds, so that
 * their numbers say nothing of the device. By the id of a bind or unbind: which bind of the recording it is, from 1 on. What
 * was never bound is not in it.
 */
export function boundPasids(entries: readonly RecordingEntry[]): ReadonlyMap<number, number> {
  const binds = new Set<number>();
  const bound = new Map<number, number>();
  const meant = new Map<number, number>();
  let count = 0;
  for (const entry of entries) {
    if (entry.kind === 'call' && entry.call === 'bind') {
      binds.add(entry.id);
    } else if (entry.kind === 'call' && entry.call === 'unbind') {
      const number = bound.get(Number(entry.args['pasid']));
      if (number !== undefined) {
        meant.set(entry.id, number);
      }
    } else if (entry.kind === 'answer' && binds.has(entry.id) && 'value' in entry.answer) {
      count += 1;
      bound.set(Number(entry.answer.value), count);
      meant.set(entry.id, count);
    }
  }
  return meant;
}
