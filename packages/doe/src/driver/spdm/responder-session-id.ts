/** Neither is anybody's (DSP0274 1.2, session identification). */
const NOBODY = [0, 0xffff];

/** The responder's half of a session id that no other session has; where the search begins, nobody can guess. */
export function responderSessionId(
  taken: Iterable<number>,
  random: (size: number) => Uint8Array,
): number {
  const used = new Set([...NOBODY, ...Array.from(taken, (id) => id >>> 16)]);
  const [low = 0, high = 0] = random(2);
  let half = low | (high << 8);
  while (used.has(half)) {
    half = (half + 1) & 0xffff;
  }
  return half;
}
