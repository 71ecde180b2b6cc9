/**
 * A queue whose depth is drawn. Either its registers tell it, as far as its client reads and writes them: `head` and `tail`
 * are names of registers of `region`, counted in entries modulo `entries`; or `probe` tells it. A probe that throws, or answers
 * no integer, is drawn as x.
 */
export type QueueWave =
  | {
      readonly name: string;
      /** VFIO region index. */
      readonly region: number;
      /** Where the next entry is taken. */
      readonly head: string;
      /** Where the next entry is put. */
      readonly tail: string;
      /** Places in its ring. */
      readonly entries: number;
    }
  | { readonly name: string; readonly probe: () => number };

/** How many entries wait; undefined while it is not known. `valueOf` knows the registers of a region by name. */
export function depthOf(
  queue: QueueWave,
  valueOf: (region: number, register: string) => bigint | undefined,
): number | undefined {
  if ('probe' in queue) {
    return queue.probe();
  }
  const head = valueOf(queue.region, queue.head);
  const tail = valueOf(queue.region, queue.tail);
  if (head === undefined || tail === undefined) {
    return undefined;
  }
  const entries = BigInt(queue.entries);
  return Number((((tail - head) % entries) + entries) % entries);
}
