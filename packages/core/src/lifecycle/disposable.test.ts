import { expect } from 'chai';
import { describe, it } from 'mocha';
import { DisposableStore, toDisposable } from './index.js';

function thrown(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('toDisposable (own rule: an undo runs once)', () => {
  it('runs its function once, however often it is disposed', () => {
    let runs = 0;
    const disposable = toDisposable(() => (runs += 1));
    disposable[Symbol.dispose]();
    disposable[Symbol.dispose]();
    expect(runs).to.equal(1);
  });

  it('is spent also when its function throws', () => {
    let runs = 0;
    const disposable = toDisposable(() => {
      runs += 1;
      throw new Error('broken');
    });
    expect(() => {
      disposable[Symbol.dispose]();
    }).to.throw('broken');
    disposable[Symbol.dispose]();
    expect(runs).to.equal(1);
  });

  it('may be disposed from within its own function', () => {
    let runs = 0;
    const disposable = toDisposable(() => {
      runs += 1;
      disposable[Symbol.dispose]();
    });
    disposable[Symbol.dispose]();
    expect(runs).to.equal(1);
  });
});

describe('DisposableStore (drivers/base/devres.c, release_nodes: the reverse order)', () => {
  it('releases in the reverse order of addition, once, and returns what it is given', () => {
    const order: number[] = [];
    const store = new DisposableStore();
    const first = toDisposable(() => order.push(1));
    expect(store.add(first)).to.equal(first);
    store.add(toDisposable(() => order.push(2)));
    store.add(toDisposable(() => order.push(3)));
    expect(store.disposed).to.equal(false);
    store[Symbol.dispose]();
    store[Symbol.dispose]();
    expect(order).to.deep.equal([3, 2, 1]);
    expect(store.disposed).to.equal(true);
  });

  it('releases a late addition at once', () => {
    const store = new DisposableStore();
    store[Symbol.dispose]();
    let runs = 0;
    store.add(toDisposable(() => (runs += 1)));
    expect(runs).to.equal(1);
  });

  it('releases also what is added while it releases', () => {
    const store = new DisposableStore();
    let runs = 0;
    store.add(toDisposable(() => store.add(toDisposable(() => (runs += 1)))));
    store[Symbol.dispose]();
    expect(runs).to.equal(1);
  });

  it('one that throws does not keep the others; its error comes through as it is', () => {
    const store = new DisposableStore();
    const broken = new Error('broken');
    let runs = 0;
    store.add(toDisposable(() => (runs += 1)));
    store.add(
      toDisposable(() => {
        throw broken;
      }),
    );
    expect(
      thrown(() => {
        store[Symbol.dispose]();
      }),
    ).to.equal(broken);
    expect(runs).to.equal(1);
  });

  it('several that throw come together', () => {
    const store = new DisposableStore();
    for (const name of ['a', 'b']) {
      store.add(
        toDisposable(() => {
          throw new Error(name);
        }),
      );
    }
    const error = thrown(() => {
      store[Symbol.dispose]();
    });
    expect(error).to.be.instanceOf(AggregateError);
    const { errors } = error as AggregateError;
    expect(errors.map((each: unknown) => (each as Error).message)).to.deep.equal(['b', 'a']);
  });
});
