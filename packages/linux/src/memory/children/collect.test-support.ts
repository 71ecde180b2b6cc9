import { readFileSync } from 'node:fs';
import { say } from '../../child.test-support.js';
import { SharedMemory } from '../index.js';

/* Prints what is at the addresses of shared memory: while it lives, when it is disposed, and when it is collected. */
const size = 2 ** 28;
const gc = globalThis.gc;
if (gc === undefined) {
  throw new Error('needs --expose-gc');
}

interface Range {
  readonly start: bigint;
  readonly end: bigint;
  readonly name: string;
}

function maps(): Range[] {
  return readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, start, end, name] = /^(\w+)-(\w+) \S+ \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
      return start === undefined || end === undefined
        ? []
        : [{ start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), name: name ?? '' }];
    });
}

/** How many bytes of the range are mapped now. */
function mapped(range: Range): number {
  let bytes = 0n;
  for (const { start, end } of maps()) {
    const from = start > range.start ? start : range.start;
    const to = end < range.end ? end : range.end;
    bytes += to > from ? to - from : 0n;
  }
  return Number(bytes);
}

/** `memory` was disposed in here, so that no frame of the caller keeps a view of it. */
function disposed(): { readonly range: Range; readonly stale: WeakRef<Uint8Array> } {
  const memory = SharedMemory.create(size, { name: 'to-collect' });
  const stale = memory.bytes;
  const range = maps().find(({ name }) => name.includes('to-collect'));
  if (range === undefined || stale === undefined) {
    throw new Error('not mapped');
  }
  memory[Symbol.dispose]();
  return { range, stale: new WeakRef(stale) };
}

const { range, stale } = disposed();
const before = {
  named: maps().some(({ name }) => name.includes('to-collect')),
  mapped: mapped(range),
  first: stale.deref()?.[0],
};
// A weak reference is strong until the turn ends, and the registry is told in a turn of its own.
for (let turn = 0; turn < 100 && mapped(range) === size; turn++) {
  await new Promise((resolve) => setImmediate(resolve));
  gc();
}
say({ before, after: { kept: stale.deref() !== undefined, freed: mapped(range) < size } });
