import type { LibraryReason } from '../../../errors/index.js';

/**
 * What becomes of a command: `good`, it is done; `retry`, it is issued again at once; `delay`, after a while; `verify`, after a
 * look at the disk; `fail`, never. `reason` is what it fails with in the end.
 */
export type Verdict =
  | { readonly kind: 'good' }
  | { readonly kind: 'retry' | 'delay' | 'verify' | 'fail'; readonly reason: LibraryReason };

export const GOOD: Verdict = { kind: 'good' };

export function retry(reason: LibraryReason): Verdict {
  return { kind: 'retry', reason };
}

export function delay(reason: LibraryReason): Verdict {
  return { kind: 'delay', reason };
}

export function fail(reason: LibraryReason): Verdict {
  return { kind: 'fail', reason };
}
