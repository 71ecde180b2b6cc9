import { expect } from 'chai';
import { describe, it } from 'mocha';
import { LockWord } from './lock-word.js';

describe('LockWord (Linux drivers/infiniband/core/rdma_core.c, uverbs_try_lock_object)', () => {
  it('uverbs §6.4 lock: readers share it, a writer has it alone', () => {
    const lock = new LockWord();
    expect([lock.tryRead(), lock.tryRead(), lock.tryWrite()]).to.deep.equal([true, true, false]);
    lock.unlock();
    expect([lock.isFree, lock.tryWrite()]).to.deep.equal([false, false]);
    lock.unlock();
    expect([lock.isFree, lock.tryWrite()]).to.deep.equal([true, true]);
    expect([lock.tryWrite(), lock.tryRead(), lock.isFree]).to.deep.equal([false, false, false]);
    lock.unlock();
    expect([lock.isFree, lock.tryRead()]).to.deep.equal([true, true]);
  });

  it('uverbs §6.4 lock: the end of an object waits until it is free', async () => {
    const lock = new LockWord();
    await lock.whenFree();
    lock.tryRead();
    lock.tryRead();
    let isFree = false;
    const waiting = Promise.all([lock.whenFree(), lock.whenFree()]).then(() => (isFree = true));
    lock.unlock();
    await Promise.resolve();
    expect(isFree).to.equal(false);
    lock.unlock();
    await waiting;
    expect(isFree).to.equal(true);
  });
});
