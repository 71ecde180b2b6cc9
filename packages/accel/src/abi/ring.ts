/**
 * Rings are counted by free-running 32-bit counters: entry `n` lies at index `n mod depth`, and
 * `tail - head` modulo 2^32 is how many entries are in the ring, 0 to `depth`.
 */

/** `tail - head` modulo 2^32. */
export function ringDistance(head: number, tail: number): number {
  return (tail - head) >>> 0;
}

/** The counter after `count` more entries. */
export function ringAdvance(counter: number, count: number): number {
  return (counter + count) >>> 0;
}

/** Index of entry `counter` in a ring of `2^depthLog2` entries. */
export function ringIndex(counter: number, depthLog2: number): number {
  return counter & ((1 << depthLog2) - 1);
}

/**
 * The phase bit of completion entry `counter`: 1 in the first pass over the ring, whose memory the client has
 * zeroed, then 0, then 1 and so on.
 */
export function ringPhase(counter: number, depthLog2: number): 0 | 1 {
  return ((counter >>> depthLog2) & 1) === 0 ? 1 : 0;
}
