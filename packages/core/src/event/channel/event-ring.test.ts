import { expect } from 'chai';
import { describe, it } from 'mocha';
import { EventRing, NO_DATA } from './event-ring.js';

function types(ring: EventRing<string>): number[] {
  const seen: number[] = [];
  for (let slot = ring.first(); slot !== undefined; slot = ring.first()) {
    seen.push(slot.type);
    ring.drop();
  }
  return seen;
}

function push(ring: EventRing<string>, owner: string, type: number): boolean {
  return ring.push(owner, 0n, type, NO_DATA);
}

describe('EventRing (own rule: a bounded queue that moves nothing)', () => {
  it('grows where it is, with its beginning anywhere, up to its capacity', () => {
    const ring = new EventRing<string>(40);
    for (let i = 0; i < 10; i++) {
      push(ring, 'a', i);
    }
    for (let i = 0; i < 9; i++) {
      ring.drop();
    }
    for (let i = 10; i < 49; i++) {
      expect(push(ring, 'a', i)).to.equal(true);
    }
    expect(ring.length).to.equal(40);
    expect(push(ring, 'a', 49)).to.equal(false);
    expect(ring.length).to.equal(40);
    expect(types(ring)).to.deep.equal(Array.from({ length: 40 }, (_, i) => i + 10));
  });

  it('puts one back before the others, also around the end and into a full block of slots', () => {
    const ring = new EventRing<string>(20);
    for (let i = 0; i < 16; i++) {
      push(ring, 'a', i);
    }
    expect(ring.restore('a', 0n, 100, NO_DATA)).to.equal(true);
    expect(types(ring)).to.deep.equal([100, ...Array.from({ length: 16 }, (_, i) => i)]);
    for (let i = 0; i < 20; i++) {
      push(ring, 'a', i);
    }
    expect(ring.restore('a', 0n, 100, NO_DATA)).to.equal(false);
    expect(ring.first()?.type).to.equal(0);
  });

  it('purges one owner, and the others keep their order, around the end too', () => {
    const ring = new EventRing<string>(16);
    for (let i = 0; i < 12; i++) {
      push(ring, 'x', i);
    }
    for (let i = 0; i < 12; i++) {
      ring.drop();
    }
    ['a', 'b', 'b', 'a', 'b', 'a', 'a', 'b', 'a'].forEach((owner, i) => push(ring, owner, i));
    ring.purge('b');
    expect(types(ring)).to.deep.equal([0, 3, 5, 6, 8]);
    ring.purge('a');
    expect(ring.length).to.equal(0);
  });

  it('keeps nothing alive that it does not hold', () => {
    const ring = new EventRing<string>(4);
    ring.push('a', 1n, 1, Uint8Array.of(1));
    const slot = ring.first();
    ring.drop();
    expect(slot).to.deep.equal({ owner: undefined, element: 0n, type: 0, data: NO_DATA });
    ring.push('a', 1n, 1, Uint8Array.of(1));
    ring.push('b', 1n, 2, Uint8Array.of(1));
    const purged = ring.first();
    ring.purge('a');
    expect(purged?.data).to.equal(NO_DATA);
    expect(ring.first()?.type).to.equal(2);
    ring.clear();
    expect(ring.first()).to.equal(undefined);
    push(ring, 'c', 9);
    expect(types(ring)).to.deep.equal([9]);
  });
});
