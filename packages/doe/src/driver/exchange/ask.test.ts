import { microtasks } from '@mdevkit/core/test-support';
import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { DoeRequester } from '../feature/index.js';
import { answerText, ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { ask } from './ask.js';
import { whenAborted } from './ending.js';
import { ExchangeBench } from './exchange-bench.test-support.js';

const requester: DoeRequester = { name: 'one', kind: 'auxiliary' };

describe('asking without registers (own rules)', () => {
  it('doe exchange synchronous: no promise if the feature needs none, neither for what fails', () => {
    const feature = new ScriptedFeature(1, 1);
    using bench = new ExchangeBench([feature]);
    const answer = ask(bench.exchanges, requester, feature, Uint8Array.of(1));
    expect(answer).to.deep.equal(Uint8Array.of(1, 0, 0, 0));
    feature.onHandle = () => undefined;
    expect(() => ask(bench.exchanges, requester, feature, Uint8Array.of(1))).to.throw(
      /EIO doe.no-response/,
    );
  });

  it('doe exchange cancel: a signal that lives longer keeps nothing of the exchanges that it was given to', async () => {
    const feature = new ScriptedFeature(1, 1, false);
    using bench = new ExchangeBench([feature]);
    const stop = new AbortController();
    const { signal } = stop;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    for (const fails of [false, true]) {
      const answer = answerText(() =>
        ask(bench.exchanges, requester, feature, Uint8Array.of(1), [whenAborted(signal)]),
      );
      expect(listeners).to.equal(1);
      feature.call.resolve(fails ? undefined : Uint8Array.of(7));
      await microtasks();
      expect(listeners).to.equal(0);
      expect(await answer).to.equal(fails ? 'EIO doe.no-response' : '07000000');
    }
    const wait = (...signals: AbortSignal[]): Promise<string> =>
      answerText(() =>
        ask(bench.exchanges, requester, feature, Uint8Array.of(1), signals.map(whenAborted)),
      );
    const last = wait(signal);
    stop.abort('no error');
    expect(await last).to.equal('ECANCELED doe.nobody-waits');
    const never = new AbortController();
    expect(await wait(signal, never.signal)).to.equal('ECANCELED doe.nobody-waits');
    expect(await wait(never.signal, signal)).to.equal('ECANCELED doe.nobody-waits');
    expect(getEventListeners(never.signal, 'abort')).to.deep.equal([]);
  });

  it('doe exchange cancel: a handler that looks at its signal only afterwards finds it aborted', async () => {
    const feature = new ScriptedFeature(1, 1);
    using bench = new ExchangeBench([feature]);
    let look: (() => AbortSignal) | undefined;
    feature.onHandle = (_request, call) => {
      look = () => call.signal;
      return new Promise(() => undefined);
    };
    // A synchronous feature that answers with a promise reads no signal before.
    const asked = bench.ask(feature, [1], requester);
    asked.exchange.cancel();
    await microtasks();
    expect(look?.().aborted).to.equal(true);
    expect(String(look?.().reason)).to.include('doe.nobody-waits');
  });
});
