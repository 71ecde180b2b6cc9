import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Emitter } from './emitter.js';

function unexpected(error: unknown): never {
  throw error;
}

describe('Emitter (own rule: one bad listener does not silence the others)', () => {
  it('calls every listener in the order of registration', () => {
    const emitter = new Emitter<string>(unexpected);
    const seen: string[] = [];
    using _a = emitter.on((value) => seen.push(`a ${value}`));
    using _b = emitter.on((value) => seen.push(`b ${value}`));
    emitter.fire('x');
    expect(seen).to.deep.equal(['a x', 'b x']);
  });

  it('hands what a listener throws to onError and goes on', () => {
    const errors: unknown[] = [];
    const emitter = new Emitter<number>((error) => errors.push(error));
    const broken = new Error('broken');
    let called = 0;
    using _a = emitter.on(() => {
      throw broken;
    });
    using _b = emitter.on(() => (called += 1));
    emitter.fire(1);
    expect([called, errors]).to.deep.equal([1, [broken]]);
  });

  it('one function registered twice is called twice and removed one at a time', () => {
    const emitter = new Emitter<number>(unexpected);
    let called = 0;
    const listener = (): void => {
      called += 1;
    };
    const first = emitter.on(listener);
    const second = emitter.on(listener);
    emitter.fire(1);
    expect(called).to.equal(2);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(emitter.listenerCount).to.equal(1);
    emitter.fire(1);
    expect(called).to.equal(3);
    second[Symbol.dispose]();
    emitter.fire(1);
    expect([called, emitter.listenerCount]).to.deep.equal([3, 0]);
  });

  it('a listener that another removes meanwhile is not called', () => {
    const emitter = new Emitter<number>(unexpected);
    const seen: string[] = [];
    using _a = emitter.on(() => {
      seen.push('a');
      b[Symbol.dispose]();
    });
    const b = emitter.on(() => seen.push('b'));
    emitter.fire(1);
    expect([seen, emitter.listenerCount]).to.deep.equal([['a'], 1]);
  });

  it('a listener may remove itself, and one added meanwhile waits for the next event', () => {
    const emitter = new Emitter<number>(unexpected);
    const seen: string[] = [];
    const added: Disposable[] = [];
    const once = emitter.on(() => {
      once[Symbol.dispose]();
      seen.push('once');
      added.push(emitter.on(() => seen.push('late')));
    });
    using _b = emitter.on(() => seen.push('always'));
    emitter.fire(1);
    expect(seen).to.deep.equal(['once', 'always']);
    emitter.fire(2);
    expect(seen).to.deep.equal(['once', 'always', 'always', 'late']);
    added.forEach((listener) => {
      listener[Symbol.dispose]();
    });
  });
});
