/** Bytes of one run of an address space. */
export interface ByteRun {
  /** Bytes from the start of the range that was asked about. */
  readonly at: number;
  readonly length: number;
}

/** Which bytes of an address space have been touched, as runs: a range takes the same room however long it is. */
export class TouchedBytes {
  /** Where runs start and where they end, in turn, ascending; no two of them meet. */
  readonly #edges: bigint[] = [];

  /** Touches a range; answers the runs of it that had not been touched. */
  take(iova: bigint, length: number): readonly ByteRun[] {
    const end = iova + BigInt(length);
    if (end <= iova) {
      return [];
    }
    const fresh: ByteRun[] = [];
    const edges = this.#edges;
    // Of the first run that ends at the range or behind its start.
    const first = this.#firstEndingAt(iova);
    let next = first;
    let cursor = iova;
    let [from, until] = [iova, end];
    for (; next < edges.length; next += 2) {
      const [start = end, stop = end] = [edges[next], edges[next + 1]];
      if (start > end) {
        break;
      }
      if (start > cursor) {
        fresh.push({ at: Number(cursor - iova), length: Number(start - cursor) });
      }
      from = start < from ? start : from;
      until = stop > until ? stop : until;
      cursor = stop > cursor ? stop : cursor;
    }
    if (cursor < end) {
      fresh.push({ at: Number(cursor - iova), length: Number(end - cursor) });
    }
    edges.splice(first, next - first, from, until);
    return fresh;
  }

  has(address: bigint): boolean {
    // A run that ends at the address does not have it.
    const start = this.#edges[this.#firstEndingAt(address + 1n)];
    return start !== undefined && start <= address;
  }

  /** The place of the first run whose end is not before `address`. */
  #firstEndingAt(address: bigint): number {
    let [low, high] = [0, this.#edges.length / 2];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#edges[middle * 2 + 1] ?? address) < address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low * 2;
  }
}
