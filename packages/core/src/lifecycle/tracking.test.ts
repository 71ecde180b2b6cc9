import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { LocalEventfd } from '../irq/index.js';
import { disposableMade, disposableReleased, toDisposable } from './index.js';

/** What is announced while `run` runs, as `made` and `released`. */
function announced(run: () => object): string[] {
  const seen: { what: string; which: unknown }[] = [];
  const made = (which: unknown): void => void seen.push({ what: 'made', which });
  const released = (which: unknown): void => void seen.push({ what: 'released', which });
  subscribe(disposableMade.name, made);
  subscribe(disposableReleased.name, released);
  try {
    const which = run();
    return seen.filter((entry) => entry.which === which).map((entry) => entry.what);
  } finally {
    unsubscribe(disposableMade.name, made);
    unsubscribe(disposableReleased.name, released);
  }
}

describe('the announcement of disposables (own rule: a suite can prove that nothing leaks)', () => {
  it('tells of each one once, when it is made and when it is released', () => {
    const lives = (make: () => Disposable): string[] =>
      announced(() => {
        const disposable = make();
        disposable[Symbol.dispose]();
        disposable[Symbol.dispose]();
        return disposable;
      });
    expect(lives(() => toDisposable(() => undefined))).to.deep.equal(['made', 'released']);
    expect(lives(() => new LocalEventfd())).to.deep.equal(['made', 'released']);
  });
});
