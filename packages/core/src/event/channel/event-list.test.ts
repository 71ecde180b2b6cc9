import { expect } from 'chai';
import { describe, it } from 'mocha';
import { EventList, NO_DATA, type EventOwner, type OwnEvents } from './event-list.js';

class Owner implements EventOwner<Owner> {
  readonly queued: OwnEvents<Owner> = { oldest: undefined, newest: undefined };
}

function types(list: EventList<Owner>): number[] {
  const seen: number[] = [];
  for (let slot = list.first(); slot !== undefined; slot = list.first()) {
    seen.push(slot.type);
    list.drop();
  }
  return seen;
}

function push(list: EventList<Owner>, owner: Owner, type: number): boolean {
  return list.push(owner, 0n, type, NO_DATA);
}

describe('EventList (own rule: a bounded queue that moves nothing)', () => {
  const a = new Owner();
  const b = new Owner();

  it('holds as many as its capacity, and loses the oldest', () => {
    const list = new EventList<Owner>(40);
    expect(list.capacity).to.equal(40);
    for (let i = 0; i < 10; i++) {
      push(list, a, i);
    }
    for (let i = 0; i < 9; i++) {
      list.drop();
    }
    for (let i = 10; i < 49; i++) {
      expect(push(list, a, i)).to.equal(true);
    }
    expect(list.length).to.equal(40);
    expect(push(list, a, 49)).to.equal(false);
    expect(list.length).to.equal(40);
    expect(types(list)).to.deep.equal(Array.from({ length: 40 }, (_, i) => i + 10));
    list.drop();
    expect([list.length, list.first()]).to.deep.equal([0, undefined]);
  });

  it('one of a single event holds the newest', () => {
    const list = new EventList<Owner>(1);
    expect([push(list, a, 1), push(list, b, 2), push(list, b, 3)]).to.deep.equal([
      true,
      false,
      false,
    ]);
    list.purge(a);
    expect(types(list)).to.deep.equal([3]);
  });

  it('puts one back before the others, and the first of its owner', () => {
    const list = new EventList<Owner>(20);
    for (let i = 0; i < 16; i++) {
      push(list, i % 2 === 0 ? a : b, i);
    }
    expect(list.restore(a, 0n, 100, NO_DATA)).to.equal(true);
    expect(list.restore(undefined, 0n, 101, NO_DATA)).to.equal(true);
    list.purge(b);
    expect(types(list)).to.deep.equal([101, 100, 0, 2, 4, 6, 8, 10, 12, 14]);
    expect(list.restore(a, 0n, 100, NO_DATA)).to.equal(true);
    for (let i = 0; i < 19; i++) {
      push(list, a, i);
    }
    expect(list.restore(a, 0n, 100, NO_DATA)).to.equal(false);
    list.purge(a);
    expect([list.length, types(list)]).to.deep.equal([0, []]);
  });

  it('purges one owner, and the others keep their order', () => {
    const list = new EventList<Owner>(16);
    [a, b, b, a, b, a, a, b, a].forEach((owner, i) => push(list, owner, i));
    list.purge(b);
    list.purge(b);
    push(list, b, 9);
    expect(list.length).to.equal(6);
    expect(types(list)).to.deep.equal([0, 3, 5, 6, 8, 9]);
    push(list, a, 10);
    list.purge(a);
    expect([list.length, list.first()]).to.deep.equal([0, undefined]);
  });

  it('uverbs §6.5 purge: a full channel is not searched for the events of one object (drivers/infiniband/core/uverbs_main.c, ib_uverbs_release_uevent)', () => {
    const list = new EventList<Owner>(1000);
    let looked = 0;
    const watched = (): Owner => {
      looked += 1;
      return a;
    };
    push(list, b, 0);
    for (let i = 1; i < 999; i++) {
      push(list, a, i);
    }
    push(list, b, 999);
    for (let slot = list.first()?.next; slot?.owner === a; slot = slot.next) {
      Object.defineProperty(slot, 'owner', { get: watched, configurable: true });
    }
    looked = 0;
    list.purge(new Owner());
    list.purge(b);
    expect([looked, list.length, list.first()?.type]).to.deep.equal([0, 998, 1]);
  });

  it('keeps nothing alive that it does not hold', () => {
    const list = new EventList<Owner>(4);
    const free = { owner: undefined, element: 0n, type: 0, data: NO_DATA };
    const owner = new Owner();
    list.push(owner, 1n, 1, Uint8Array.of(1));
    const slot = list.first();
    list.drop();
    expect(slot).to.deep.include({ ...free, previous: undefined, nextOfOwner: undefined });
    expect(owner.queued).to.deep.equal({ oldest: undefined, newest: undefined });
    list.push(owner, 1n, 1, Uint8Array.of(1));
    expect(list.first()).to.equal(slot);
    list.push(b, 1n, 2, Uint8Array.of(1));
    list.purge(owner);
    expect(slot).to.deep.include(free);
    expect(list.first()?.type).to.equal(2);
    list.clear();
    expect([list.first(), b.queued.oldest]).to.deep.equal([undefined, undefined]);
    push(list, b, 9);
    expect(types(list)).to.deep.equal([9]);
  });
});
