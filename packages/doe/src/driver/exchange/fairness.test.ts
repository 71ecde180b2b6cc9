import { microtasks } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { DoeRequester } from '../feature/index.js';
import { registers, ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { ExchangeBench, type Asked } from './exchange-bench.test-support.js';

const REQUESTERS: readonly DoeRequester[] = [
  registers,
  { name: 'a', kind: 'auxiliary' },
  { name: 'b', kind: 'auxiliary' },
  { name: 'c', kind: 'auxiliary' },
];

type Step =
  | { readonly kind: 'ask'; readonly who: number; readonly isSync: boolean }
  | { readonly kind: 'settle'; readonly fails: boolean }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'advance'; readonly milliseconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: ask() },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('settle' as const), fails: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(40) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), milliseconds: fc.nat(600) }),
  },
);

function ask(): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constant('ask' as const),
    who: fc.nat(REQUESTERS.length - 1),
    isSync: fc.boolean(),
  });
}

/** One exchange, and how often each requester was served while it waited. */
interface Waiting {
  readonly who: number;
  readonly asked: Asked;
  readonly passed: number[];
  state: 'waiting' | 'started' | 'over';
}

/** Plays steps, and looks at every start of an exchange. */
class Play {
  readonly quick = new ScriptedFeature(1, 1);
  readonly slow = new ScriptedFeature(1, 2, false);
  readonly bench: ExchangeBench;
  readonly all: Waiting[] = [];
  readonly problems: string[] = [];
  /** Whose exchange occupies the instance. */
  #running: number | undefined;
  #settled = 0;

  constructor(isPatient: boolean) {
    const limits = isPatient ? { responseMs: 1e9, grantMs: 1e9, abortMs: 1e9 } : {};
    this.bench = new ExchangeBench([this.quick, this.slow], { queued: 64, ...limits });
    this.quick.onHandle = (request) => {
      this.#started(request, false);
      return request;
    };
    this.slow.onHandle = (request) => {
      this.#started(request, true);
    };
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const each of steps) {
      this.#do(each);
      await microtasks();
    }
    while (this.#settled < this.slow.calls.length) {
      this.#do({ kind: 'settle', fails: false });
      await microtasks();
    }
  }

  #do(each: Step): void {
    switch (each.kind) {
      case 'ask': {
        const passed = REQUESTERS.map((_, who) => (who === this.#running ? 1 : 0));
        const number = this.all.length;
        const waiting: Waiting = {
          who: each.who,
          passed,
          state: 'waiting',
          // Set before anybody can see it.
          asked: undefined as unknown as Asked,
        };
        this.all.push(waiting);
        const asked = this.bench.ask(
          each.isSync ? this.quick : this.slow,
          [number & 0xff, number >>> 8, each.who, 0],
          REQUESTERS[each.who],
          () => {
            waiting.state = 'over';
          },
        );
        Object.assign(waiting, { asked });
        return;
      }
      case 'settle': {
        const call = this.slow.calls[this.#settled];
        if (call !== undefined) {
          this.#settled += 1;
          this.#running = undefined;
          if (each.fails) {
            call.reject(new Error('fails'));
          } else {
            call.resolve(call.request);
          }
        }
        return;
      }
      case 'cancel': {
        const waiting = this.all[each.which];
        if (waiting !== undefined && waiting.state !== 'over') {
          waiting.asked.exchange.cancel();
          waiting.state = 'over';
        }
        return;
      }
      case 'advance':
        this.bench.clock.advance(each.milliseconds);
    }
  }

  #started(request: Uint8Array, isSlow: boolean): void {
    const number = (request[0] ?? 0) | ((request[1] ?? 0) << 8);
    const own = this.all[number];
    if (own === undefined) {
      throw new Error('an exchange that nobody asked for');
    }
    // A feature that throws would only be logged.
    if (own.state !== 'waiting') {
      this.problems.push(`${number} started when it was ${own.state}`);
    }
    own.state = 'started';
    own.passed.forEach((times, who) => {
      // The registers may come between any two others.
      const most = REQUESTERS[who] === registers ? REQUESTERS.length : 1;
      if (who !== own.who && times > most) {
        this.problems.push(`${number} of ${own.who} waited ${times} times for ${who}`);
      }
    });
    for (const [index, other] of this.all.entries()) {
      if (other.state !== 'waiting') {
        continue;
      }
      if (other.who !== own.who) {
        other.passed[own.who] = (other.passed[own.who] ?? 0) + 1;
      } else if (index < number) {
        this.problems.push(`${number} started before ${index} of the same requester`);
      } else {
        // The requester has had its turn: its next wait begins.
        other.passed.fill(0);
      }
    }
    if (isSlow) {
      this.#running = own.who;
    }
  }
}

describe('turns (own rule: nobody has an instance for himself)', () => {
  it('doe fairness turns: a requester that waits is served before any other but the registers has had two turns', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const play = new Play(true);
        await play.run(steps);
        expect(play.problems).to.deep.equal([]);
        // Everybody was answered, once.
        for (const { asked, state } of play.all) {
          expect(state).to.equal('over');
          expect(asked.outcomes.length).to.be.at.most(1);
        }
        expect(play.slow.most).to.be.at.most(1);
        expect(play.bench.clock.pendingCount).to.equal(0);
        play.bench[Symbol.dispose]();
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('doe fairness limits: with time limits and features that hang everybody is answered once, and nothing stays scheduled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, ends) => {
        const log: number[] = [];
        const quick = new ScriptedFeature(1, 1);
        const slow = new ScriptedFeature(1, 2, false);
        const bench = new ExchangeBench([quick, slow], { queued: 4 });
        const all: Asked[] = [];
        const cancelled = new Set<Asked>();
        let answered = 0;
        for (const each of steps) {
          if (each.kind === 'ask') {
            const number = all.length;
            all.push(
              bench.ask(each.isSync ? quick : slow, [1], REQUESTERS[each.who], () => {
                log.push(number);
              }),
            );
          } else if (each.kind === 'settle') {
            slow.calls[answered++]?.resolve(undefined);
          } else if (each.kind === 'cancel') {
            const asked = all[each.which];
            if (asked?.outcomes.length === 0) {
              asked.exchange.cancel();
              cancelled.add(asked);
            }
          } else {
            bench.clock.advance(each.milliseconds);
          }
          await microtasks();
        }
        if (ends) {
          bench[Symbol.dispose]();
        }
        // Every requester's exchanges run out one after the other.
        bench.clock.advance(100_000);
        await microtasks();
        for (const asked of all) {
          expect(asked.outcomes.length).to.equal(cancelled.has(asked) ? 0 : 1);
        }
        expect(bench.clock.pendingCount).to.equal(0);
        expect(slow.most).to.be.at.most(1);
        bench[Symbol.dispose]();
        expect(new Set(log).size).to.equal(log.length);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('doe fairness registers: they wait for one exchange, however many others wait, and never go twice in succession (PCI Express Base Specification 6.0, section 6.30.2)', async () => {
    const slow = new ScriptedFeature(1, 1, false);
    using bench = new ExchangeBench([slow], { queued: 64 });
    for (const name of ['a', 'b', 'c', 'd']) {
      bench.ask(slow, [name.charCodeAt(0)], { name, kind: 'auxiliary' });
    }
    const order: number[] = [];
    bench.ask(slow, [0]);
    for (let turn = 0; turn < 8; turn++) {
      const [who = -1] = slow.call.request;
      order.push(who);
      slow.call.resolve(slow.call.request);
      await microtasks();
      if (who === 0 && turn < 6) {
        bench.ask(slow, [0]);
      }
    }
    expect(String.fromCharCode(...order.map((who) => who || 0x2e))).to.equal('a.b.c.d.');
  });

  it('doe fairness flood: one that never stops asking makes another wait for one exchange', async () => {
    const slow = new ScriptedFeature(1, 1, false);
    using bench = new ExchangeBench([slow], { queued: 64 });
    const greedy: DoeRequester = { name: 'greedy', kind: 'auxiliary' };
    for (let i = 0; i < 50; i++) {
      bench.ask(slow, [1], greedy);
    }
    const modest = bench.ask(slow, [2]);
    slow.call.resolve(Uint8Array.of(1));
    await microtasks();
    expect([...slow.call.request]).to.deep.equal([2, 0, 0, 0]);
    slow.call.resolve(Uint8Array.of(2));
    await microtasks();
    expect(modest.text).to.equal('02000000');
  });
});
