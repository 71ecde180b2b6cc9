import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { ObjectSchema } from '../schema/index.js';
import { implemented } from '../schema/schema.test-support.js';
import { Pond } from '../together/zoo-classes.test-support.js';
import { HandleTable, NonceCounter } from './handle-table.js';

const tree = ObjectSchema.build('zoo', [Pond]).bind([implemented(Pond)]);
const [pond] = tree.classes;

describe('HandleTable (Linux drivers/infiniband/core/rdma_core.c, struct ib_uverbs_file)', () => {
  it('uverbs §6.4 handle: index and nonce; an index is used again, a handle never', () => {
    const nonces = new NonceCounter();
    const table = new HandleTable(nonces);
    const other = new HandleTable(nonces);
    const first = table.begin(pond!);
    const second = table.begin(pond!);
    expect([first.handle, second.handle]).to.deep.equal([2 ** 20, 2 * 2 ** 20 + 1]);
    table.remove(first);
    table.remove(first);
    expect(table.find(first.handle)).to.equal(undefined);
    const third = table.begin(pond!);
    expect(third.handle).to.equal(3 * 2 ** 20);
    expect(other.begin(pond!).handle).to.equal(4 * 2 ** 20);
    expect(other.find(third.handle)).to.equal(undefined);
    expect([table.size, other.size]).to.deep.equal([2, 1]);
    expect(table.list()).to.deep.equal([second, third]);
  });

  it('uverbs §6.4 handle: numbers that cannot be one', () => {
    const table = new HandleTable(new NonceCounter());
    expect(table.find(2 ** 53 - 1)).to.equal(undefined);
    for (const handle of [2 ** 53, 2 ** 64]) {
      expect(outcome(() => table.find(handle))).to.equal('EINVAL object.handle');
    }
  });

  it('control objects at once: as many as the limit, which is checked', () => {
    const table = new HandleTable(new NonceCounter(), 2);
    const first = table.begin(pond!);
    table.begin(pond!);
    expect(outcome(() => table.begin(pond!))).to.equal('ENOSPC object.too-many');
    table.remove(first);
    expect(table.begin(pond!).handle % 2 ** 20).to.equal(0);
    for (const limit of [0, -1, 1.5, 2 ** 20 + 1, NaN]) {
      expect(() => new HandleTable(new NonceCounter(), limit)).to.throw(RangeError);
    }
  });
});
