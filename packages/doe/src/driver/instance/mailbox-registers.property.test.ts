import { expect } from 'chai';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  ABORT,
  ASYNC_EN,
  GO,
  INT_EN,
  INT_STATUS,
  MailboxBench,
} from './mailbox-bench.test-support.js';
import type { NaiveOutcome } from './naive-mailbox.test-support.js';
import { Twins } from './twins.test-support.js';

type Step = (bench: MailboxBench, twins: Twins) => void | Promise<void>;

const objectWords = 8;
const responseMs = 100;
const abortMs = 40;

const word = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.nat({ max: 0xffff_ffff }));

const outcome: fc.Arbitrary<NaiveOutcome> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('response' as const),
      words: fc.array(fc.nat({ max: 0xffff_ffff }), { minLength: 2, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('discard' as const, 'error' as const) }),
  },
);

const control = fc
  .subarray([ABORT, INT_EN, ASYNC_EN, GO, 4, 0x100])
  .map((bits) => bits.reduce((all, bit) => all + bit, 0));

/** Named, so that a counterexample can be read. */
function step(name: string, run: Step): { run: Step; toString(): string } {
  return { run, toString: () => name };
}

const writeControl = control.map((value) =>
  step(`control ${value.toString(16)}`, ({ mailbox }, { naive }) => {
    mailbox.writeControl(value);
    naive.writeControl(value);
  }),
);

const write = (words: readonly number[]): ReturnType<typeof step> =>
  step(`write ${words.join()}`, ({ mailbox }, { naive }) => {
    for (const value of words) {
      mailbox.writeMailbox(value);
      naive.writeMailbox(value);
    }
  });

const send = fc
  .tuple(fc.integer({ min: 2, max: 5 }), fc.constantFrom(0, 0, 0, 1), word, fc.boolean())
  .map(([length, off, first, told]) =>
    step(`send ${length}+${off}`, (bench, twins) => {
      const words = [first, length + off, 1, 2, 3].slice(0, length);
      const go = GO + (told ? INT_EN : 0);
      void write(words).run(bench, twins);
      bench.mailbox.writeControl(go);
      twins.naive.writeControl(go);
    }),
  );

const acknowledge = fc.integer({ min: 1, max: 6 }).map((times) =>
  step(`acknowledge ${times}`, ({ mailbox }, { naive }) => {
    for (let i = 0; i < times; i++) {
      mailbox.acknowledge();
      naive.acknowledge();
    }
  }),
);

const other: fc.Arbitrary<ReturnType<typeof step>> = fc.oneof(
  fc.constantFrom(INT_STATUS, 0, 0xffff_ffff).map((value) =>
    step(`status ${value}`, ({ mailbox }, { naive }) => {
      mailbox.writeStatus(value);
      naive.writeStatus(value);
    }),
  ),
  outcome.map((value) =>
    step(`answer ${value.kind}`, (_, twins) => {
      twins.answer(value);
    }),
  ),
  outcome.map((value) =>
    step(`answer ${value.kind}`, (_, twins) => {
      twins.answer(value);
    }),
  ),
  fc.tuple(fc.nat(), outcome).map(([pick, value]) =>
    step(`late ${value.kind}`, (_, twins) => {
      twins.late(pick, value);
    }),
  ),
  fc.constant(step('settle', (_, twins) => twins.settle())),
  fc.option(outcome, { nil: undefined }).map((value) =>
    step(`at once ${value?.kind}`, (_, twins) => {
      twins.atOnce = value;
    }),
  ),
  fc.boolean().map((hangs) =>
    step(`hangs ${hangs}`, (_, twins) => {
      twins.hangs = hangs;
    }),
  ),
  fc.constantFrom(1, 30, 40, 99, 100).map((milliseconds) =>
    step(`advance ${milliseconds}`, ({ clock }, { naive }) => {
      clock.advance(milliseconds);
      naive.advance(milliseconds);
    }),
  ),
  fc.constant(
    step('reset', ({ mailbox }, { naive }) => {
      mailbox.reset();
      naive.reset();
    }),
  ),
);

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: send },
    { weight: 2, arbitrary: writeControl },
    { weight: 2, arbitrary: fc.array(word, { minLength: 1, maxLength: 4 }).map(write) },
    { weight: 3, arbitrary: acknowledge },
    { weight: 9, arbitrary: other },
  ),
  { minLength: 1, maxLength: 60 },
);

describe('MailboxRegisters against a model', () => {
  it('doe §1 model: agrees on every register, message, timer and question, whatever clients and features do (property; PCI Express Base Specification 6.0, sections 6.30 and 7.9.24)', async () => {
    const visited = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.constantFrom(1, 2),
        fc.boolean(),
        async (run, version, interrupts) => {
          const limits = { objectWords, responseMs, abortMs };
          using bench = new MailboxBench({
            version: version === 1 ? 1 : 2,
            silent: !interrupts,
            limits,
          });
          const twins = new Twins(bench.port, {
            version: version === 1 ? 1 : 2,
            interrupts,
            ...limits,
          });
          const { naive } = twins;
          for (const each of run) {
            await each.run(bench, twins);
            expect({
              status: bench.status,
              control: bench.control,
              word: bench.mailbox.readMailbox(),
              messages: bench.messages,
              timers: bench.clock.pendingCount,
              asked: bench.port.asked.length,
            }).to.deep.equal({
              status: naive.status,
              control: naive.control,
              word: naive.word,
              messages: naive.messages,
              timers: naive.timers,
              asked: naive.asked.length,
            });
            visited.add(bench.mailbox.state);
          }
          twins.expectSameQuestions();
        },
      ),
      { seed: 20261121, numRuns: 2000 },
    );
    expect([...visited].sort()).to.deep.equal(['aborting', 'error', 'idle', 'processing', 'ready']);
  }).timeout(30_000);
});
