import { expect } from 'chai';
import { failure } from '../../errors/index.js';
import type { DoeOutcome } from '../feature/ports.js';
import {
  NaiveMailbox,
  type NaiveOptions,
  type NaiveOutcome,
} from './naive-mailbox.test-support.js';
import type { ScriptedPort } from './scripted-port.test-support.js';
import { toWords } from './mailbox-bench.test-support.js';

export const reason = failure('doe.no-response');

/** An outcome for the real one, from what the naive one is given. */
export function realOutcome(outcome: NaiveOutcome): DoeOutcome {
  if (outcome.kind !== 'response') {
    return outcome.kind === 'error' ? { kind: 'error', reason } : { kind: 'discard' };
  }
  const object = new Uint8Array(outcome.words.length * 4);
  const view = new DataView(object.buffer);
  outcome.words.forEach((word, index) => {
    view.setUint32(index * 4, word, true);
  });
  return { kind: 'response', object };
}

/** The features of a real instance and its naive twin: what one is told, the other is told. */
export class Twins {
  readonly port: ScriptedPort;
  readonly naive: NaiveMailbox;

  constructor(port: ScriptedPort, options: NaiveOptions) {
    this.port = port;
    this.naive = new NaiveMailbox(options);
  }

  /** What the next exchanges are answered at once; undefined: not at once. */
  set atOnce(outcome: NaiveOutcome | undefined) {
    this.naive.atOnce = outcome;
    this.port.onSubmit = (exchange): void => {
      if (outcome !== undefined) {
        exchange.settle();
        exchange.answer(realOutcome(outcome));
      }
    };
  }

  set hangs(hangs: boolean) {
    this.naive.hangs = hangs;
    this.port.hangs = hangs;
  }

  /** The feature asked last answers, though it may be too late. A second answer of one exchange is none. */
  answer(outcome: NaiveOutcome): void {
    const exchange = this.port.asked.at(-1);
    if (exchange !== undefined && !exchange.answered) {
      this.naive.outcome(outcome);
      if (outcome.kind !== 'error' && !exchange.cancelled) {
        exchange.settle();
      }
      exchange.answer(realOutcome(outcome));
    }
  }

  /** The feature asked last works no more. */
  async settle(): Promise<void> {
    const exchange = this.port.asked.at(-1);
    if (exchange !== undefined && (exchange.cancelled || exchange.answered)) {
      this.naive.settle();
      exchange.settle();
      await Promise.resolve();
    }
  }

  /** An exchange that was asked before answers again. */
  late(pick: number, outcome: NaiveOutcome): void {
    const { asked } = this.port;
    const exchange = asked[pick % asked.length];
    if (exchange !== undefined && (exchange.answered || exchange.cancelled)) {
      exchange.answer(realOutcome(outcome));
    }
  }

  /** Both were asked the same. */
  expectSameQuestions(): void {
    expect(this.port.asked.map(({ object }) => toWords(object))).to.deep.equal(this.naive.asked);
  }
}
