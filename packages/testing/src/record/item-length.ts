import { MAX_ITEM_DEPTH, MAX_ITEM_PARTS } from './item-kinds.js';

/** What is wrong with the bytes of an item. */
export class ItemProblem extends Error {}

const INDEFINITE = 31;

/**
 * Bytes of the CBOR item that begins at `at`, or undefined while not all of it is there; nothing is allocated for it. What
 * a recording never has is refused: tags, indefinite lengths, nesting beyond {@link MAX_ITEM_DEPTH}, more
 * than {@link MAX_ITEM_PARTS} values, and items beyond `limit` bytes. Throws {@link ItemProblem}.
 *
 * Source: RFC 8949, section 3; RFC 8742 for a sequence of items.
 */
export function itemLength(bytes: Uint8Array, at: number, limit: number): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Items that each level still waits for, the innermost last. */
  const open: number[] = [1];
  let cursor = at;
  let parts = 0;
  while (open.length > 0) {
    const wanted = open.pop() ?? 0;
    if (wanted === 0) {
      continue;
    }
    open.push(wanted - 1);
    if (cursor >= bytes.length) {
      return undefined;
    }
    const head = readHead(view, cursor);
    if (head === undefined) {
      return undefined;
    }
    cursor = head.next;
    parts += head.children;
    if (parts > MAX_ITEM_PARTS) {
      throw new ItemProblem(`an item has more than ${MAX_ITEM_PARTS} values`);
    }
    if (cursor + head.data - at > limit) {
      throw new ItemProblem(`an item is longer than ${limit} bytes`);
    }
    if (cursor + head.data > bytes.length) {
      return undefined;
    }
    cursor += head.data;
    if (head.children > 0) {
      open.push(head.children);
      if (open.length > MAX_ITEM_DEPTH) {
        throw new ItemProblem(`an item is nested deeper than ${MAX_ITEM_DEPTH}`);
      }
    }
  }
  return cursor - at;
}

/** The head of one data item: what follows it as bytes, and what as items. Undefined if it is cut. */
function readHead(
  view: DataView,
  at: number,
): { readonly next: number; readonly data: number; readonly children: number } | undefined {
  const first = view.getUint8(at);
  const major = first >> 5;
  const low = first & 0x1f;
  if (low === INDEFINITE || (low > 27 && low < INDEFINITE)) {
    throw new ItemProblem('an item has no definite length');
  }
  const extra = low < 24 ? 0 : 2 ** (low - 24);
  const next = at + 1 + extra;
  if (next > view.byteLength) {
    return undefined;
  }
  if (major === 6) {
    throw new ItemProblem('an item has a tag');
  }
  const length = major >= 2 && major <= 5 ? argument(view, at + 1, low) : 0;
  const data = major === 2 || major === 3 ? length : 0;
  const children = major === 4 ? length : major === 5 ? length * 2 : 0;
  return { next, data, children };
}

function argument(view: DataView, at: number, low: number): number {
  switch (low) {
    case 24:
      return view.getUint8(at);
    case 25:
      return view.getUint16(at);
    case 26:
      return view.getUint32(at);
    case 27:
      return view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
    default:
      return low;
  }
}
