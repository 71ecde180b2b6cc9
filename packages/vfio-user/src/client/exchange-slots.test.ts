import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ExchangeSlots, MOST_IN_FLIGHT } from './exchange-slots.js';
import { PayloadExchange } from './payload-exchange.js';

function exchange(command = 9): PayloadExchange {
  return new PayloadExchange(command, new Uint8Array(0), undefined, false);
}

describe('ids of commands (docs/interop/vfio-user.rst, Header, Message ID)', () => {
  it('reply ids: one is used again only when all others were, and never while it is waited for', () => {
    const slots = new ExchangeSlots();
    const kept = exchange();
    slots.add(kept);
    const seen = new Set<number>();
    for (let i = 0; i < 2 ** 16 - 2 ** 16 / MOST_IN_FLIGHT; i++) {
      const next = exchange();
      slots.add(next);
      expect(next.id % MOST_IN_FLIGHT).to.not.equal(kept.id % MOST_IN_FLIGHT);
      expect(seen.has(next.id)).to.equal(false);
      seen.add(next.id);
      expect(slots.take(next.id, 9)).to.equal(next);
    }
    const again = exchange();
    slots.add(again);
    expect(seen.has(again.id)).to.equal(true);
    expect(slots.take(kept.id, 9)).to.equal(kept);
  });

  it('reply ids: a reply belongs to the command of its id and of its number', () => {
    const slots = new ExchangeSlots();
    const one = exchange(9);
    slots.add(one);
    expect(slots.take(one.id, 10)).to.equal(undefined);
    expect(slots.take(one.id + MOST_IN_FLIGHT, 9)).to.equal(undefined);
    expect(slots.take(one.id, 9)).to.equal(one);
    expect(slots.take(one.id, 9)).to.equal(undefined);
    expect(slots.isEmpty).to.equal(true);
  });

  it('as many wait as there are places, and the oldest is the one that has waited longest', () => {
    const slots = new ExchangeSlots();
    const all = Array.from({ length: MOST_IN_FLIGHT }, () => exchange());
    all.forEach((each, i) => {
      expect(slots.isFull).to.equal(false);
      each.since = (i * 7 + 3) % MOST_IN_FLIGHT;
      slots.add(each);
    });
    expect(slots.isFull).to.equal(true);
    expect(slots.oldest()?.since).to.equal(0);
    expect(slots.clear()).to.have.lengthOf(MOST_IN_FLIGHT);
    expect(slots.oldest()).to.equal(undefined);
  });
});
