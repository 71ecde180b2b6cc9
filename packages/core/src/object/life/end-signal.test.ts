import { expect } from 'chai';
import { describe, it } from 'mocha';
import { EndSignal } from './end-signal.js';

describe('the end of a client, as its calls hear of it (own rule: a handler that waits is told)', () => {
  it('calls back once, when it is fired, everybody who has not given up', () => {
    const signal = new EndSignal();
    const calls: string[] = [];
    const same = (): void => void calls.push('same');
    const given = signal.on(() => void calls.push('given up'));
    using _first = signal.on(same);
    using _second = signal.on(same);
    given[Symbol.dispose]();
    expect(calls).to.deep.equal([]);
    signal.fire();
    signal.fire();
    expect(calls).to.deep.equal(['same', 'same']);
  });

  it('calls back at once when it was fired before', () => {
    const signal = new EndSignal();
    signal.fire();
    let calls = 0;
    signal.on(() => void (calls += 1))[Symbol.dispose]();
    expect(calls).to.equal(1);
  });

  it('ends a wait that is over in another way no more than once', async () => {
    const signal = new EndSignal();
    const waiting = signal.wait([new Promise(() => undefined)]);
    signal.fire();
    await waiting;
    await signal.wait([new Promise(() => undefined)]);
  });
});
