import type { RecordingEntry } from '../record/index.js';
import type { CallEntry, DmaEntry } from './call-entry.js';

/** What a recorded device did in one go, and which entry is the first that does not belong to it. */
export interface RecordedWindow {
  readonly dma: readonly DmaEntry[];
  readonly end: number;
}

/** Calls that a silence is made for: what the device does in the silence, it does because of them. */
const SERVED: ReadonlySet<CallEntry['call']> = new Set([
  'dma-map',
  'dma-unmap',
  'reset',
  'migration-state',
]);

/** Calls that end a session: all that is called until they are answered belongs to them. */
const ENDING: ReadonlySet<CallEntry['call']> = new Set(['close', 'release']);

/**
 * What happens from the call at `index` to the next one. A silence is not a call of its own: it belongs, with what the device
 * does until it is silent, to the call that it is for. What it does in a silence that is for nothing is left out, because
 * nobody asks for that silence again.
 */
export function windowAt(entries: readonly RecordingEntry[], index: number): RecordedWindow {
  const dma: DmaEntry[] = [];
  /** By the ids of silences that still wait for their call: how much had happened before them. */
  const silences = new Map<number, number>();
  let ending: number | undefined;
  let at = index;
  for (; at < entries.length; at += 1) {
    const entry = entries[at];
    if (entry?.kind === 'call' && ending === undefined) {
      if (at > index && silences.size === 0) {
        break;
      }
      if (entry.call === 'quiet') {
        silences.set(entry.id, dma.length);
      } else if (SERVED.has(entry.call)) {
        removeFirst(silences);
      } else if (ENDING.has(entry.call)) {
        silences.clear();
        ending = entry.id;
      }
    } else if (entry?.kind === 'answer') {
      ending = entry.id === ending ? undefined : ending;
      dma.length = silences.get(entry.id) ?? dma.length;
      silences.delete(entry.id);
    } else if (entry?.kind === 'dma') {
      dma.push(entry);
    }
  }
  const [unserved = dma.length] = silences.values();
  return { dma: dma.slice(0, unserved), end: at };
}

function removeFirst(silences: Map<number, number>): void {
  for (const id of silences.keys()) {
    silences.delete(id);
    return;
  }
}
