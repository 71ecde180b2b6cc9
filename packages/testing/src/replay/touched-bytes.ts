/** Bytes of one run of an address space. */
export interface ByteRun {
  /** Bytes from the start of the range that was asked about. */
  readonly at: number;
  readonly length: number;
}

const PAGE = 4096;

/** Which bytes of an address space have been touched. */
export class TouchedBytes {
  readonly #pages = new Map<bigint, Uint8Array>();

  /** Touches a range; answers the runs of it that had not been touched. */
  take(iova: bigint, length: number): readonly ByteRun[] {
    const fresh: { at: number; length: number }[] = [];
    let open: { at: number; length: number } | undefined;
    let number = iova / BigInt(PAGE);
    let offset = Number(iova % BigInt(PAGE));
    let page = this.#page(number);
    for (let at = 0; at < length; at += 1) {
      if (offset === PAGE) {
        offset = 0;
        number += 1n;
        page = this.#page(number);
      }
      if (page[offset] === 0) {
        page[offset] = 1;
        if (open === undefined) {
          open = { at, length: 0 };
          fresh.push(open);
        }
        open.length += 1;
      } else {
        open = undefined;
      }
      offset += 1;
    }
    return fresh;
  }

  #page(number: bigint): Uint8Array {
    const found = this.#pages.get(number);
    if (found !== undefined) {
      return found;
    }
    const page = new Uint8Array(PAGE);
    this.#pages.set(number, page);
    return page;
  }
}
