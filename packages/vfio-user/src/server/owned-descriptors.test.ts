import { closeSync, fstatSync, openSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { OwnedDescriptors } from './owned-descriptors.js';

describe('OwnedDescriptors (own rule: every descriptor has one owner)', () => {
  it('descriptors dropped: closes what is not taken, once', () => {
    const fds = [openSync('/dev/null', 'r'), openSync('/dev/null', 'r')];
    const owned = new OwnedDescriptors(fds);
    expect([owned.length, owned.peek(0), owned.peek(1), owned.peek(2)]).to.deep.equal([
      2,
      ...fds,
      undefined,
    ]);
    const taken = owned.take(1)!;
    expect([taken, owned.take(1), owned.peek(1), owned.length]).to.deep.equal([
      fds[1],
      undefined,
      undefined,
      2,
    ]);
    owned[Symbol.dispose]();
    expect(() => fstatSync(fds[0]!)).to.throw('EBADF');
    fstatSync(taken);
    owned[Symbol.dispose]();
    expect(owned.take(0)).to.equal(undefined);
    closeSync(taken);
  });
});
