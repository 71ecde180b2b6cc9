import { expect } from 'chai';
import { describe, it } from 'mocha';
import sinon from 'sinon';
import type { ScriptedExchange } from './scripted-port.test-support.js';
import {
  ABORT,
  ASYNC_EN,
  BUSY,
  ERROR,
  GO,
  INT_EN,
  INT_STATUS,
  MailboxBench,
  noResponse,
  objectWords,
  READY,
  responseOf,
  roundTripWords,
  toWords,
} from './mailbox-bench.test-support.js';

const SECTION = 'PCI Express Base Specification 6.0, section';

describe('abort', () => {
  for (const [row, state] of [
    ['doe §1 abort idle', 'idle'],
    ['doe §1 abort gathering', 'gathering'],
    ['doe §1 abort processing', 'processing'],
    ['doe §1 abort ready', 'ready'],
    ['doe §1 abort error', 'error'],
  ] as const) {
    it(`${row}: ends in idle at once, and nothing is left of before (${SECTION} 7.9.24.3)`, () => {
      using bench = MailboxBench.in(state);
      bench.abort();
      expect([bench.status & ~INT_STATUS, bench.mailbox.state]).to.deep.equal([0, 'idle']);
      expect(bench.mailbox.readMailbox()).to.equal(0);
      expect(bench.clock.pendingCount).to.equal(0);
      const asked = bench.port.asked.length;
      bench.mailbox.writeControl(GO);
      expect(bench.port.asked, 'no word is left').to.have.length(asked);
      expect(bench.roundTrip()).to.deep.equal(roundTripWords);
    });
  }

  it(`doe §1 abort processing: the exchange is cancelled, and a late answer is thrown away (${SECTION} 6.30.2)`, () => {
    const outcomes = [responseOf(1), noResponse(), { kind: 'discard' } as const];
    for (const outcome of outcomes) {
      using bench = MailboxBench.in('processing');
      const first = bench.port.last;
      bench.abort();
      expect(first.cancelled).to.equal(true);
      first.answer(outcome);
      expect([bench.status, bench.messages]).to.deep.equal([0, 0]);
      bench.send(objectWords(4));
      first.answer(outcome);
      expect(bench.status, 'not taken for the answer of the next').to.equal(BUSY);
      bench.port.last.answer(responseOf(0));
      first.answer(outcome);
      expect(bench.drain()).to.deep.equal([0x0001_1e98, 2]);
    }
  });

  it(`doe §1 abort processing: Busy while the feature still works, until it has settled (${SECTION} 7.9.24.4)`, async () => {
    using bench = MailboxBench.in('aborting');
    expect(bench.status).to.equal(BUSY);
    bench.port.last.settle();
    await Promise.resolve();
    expect([bench.status, bench.mailbox.state, bench.clock.pendingCount]).to.deep.equal([
      0,
      'idle',
      0,
    ]);
    bench.port.hangs = false;
    expect(bench.roundTrip()).to.deep.equal(roundTripWords);
  });

  it(`doe §1 abort processing: a feature that never settles holds Busy for a bounded time (${SECTION} 6.30.2)`, async () => {
    using bench = MailboxBench.in('aborting');
    bench.clock.advance(499);
    expect(bench.status).to.equal(BUSY);
    bench.clock.advance(1);
    expect([bench.status, bench.mailbox.state]).to.deep.equal([0, 'idle']);
    const hung = bench.port.last;
    bench.send();
    bench.abort();
    hung.settle();
    await Promise.resolve();
    expect(bench.status, 'that was not the one that is waited for').to.equal(BUSY);
    bench.port.last.settle();
    await Promise.resolve();
    expect(bench.status).to.equal(0);
  });

  it(`doe §1 abort aborting: a second abort changes nothing and does not start again (own rule)`, () => {
    using bench = MailboxBench.in('aborting');
    bench.clock.advance(300);
    bench.abort();
    expect(bench.status).to.equal(BUSY);
    bench.clock.advance(200);
    expect(bench.status).to.equal(0);
  });

  it(`doe §1 abort aborting: after an error in between it waits again for the same feature (own rule)`, async () => {
    using bench = MailboxBench.in('aborting');
    bench.mailbox.writeMailbox(1);
    expect(bench.status).to.equal(ERROR | INT_STATUS);
    bench.abort();
    expect(bench.status).to.equal(BUSY | INT_STATUS);
    bench.port.last.settle();
    await Promise.resolve();
    expect([bench.status, bench.clock.pendingCount]).to.deep.equal([INT_STATUS, 0]);
  });

  it(`doe §1 abort error: after the time limit it waits for the feature that still works (${SECTION} 6.30.2)`, async () => {
    using bench = new MailboxBench();
    bench.port.hangs = true;
    bench.send();
    bench.clock.advance(1000);
    expect(bench.status & ERROR).to.equal(ERROR);
    bench.abort();
    expect(bench.status & BUSY).to.equal(BUSY);
    bench.port.last.settle();
    await Promise.resolve();
    expect(bench.status & BUSY).to.equal(0);
  });

  it(`doe §1 abort error: a feature that has settled meanwhile is not waited for (own rule)`, async () => {
    using bench = MailboxBench.in('aborting');
    bench.mailbox.writeMailbox(1);
    bench.port.last.settle();
    await Promise.resolve();
    expect(bench.status & ERROR).to.equal(ERROR);
    bench.abort();
    expect(bench.status).to.equal(INT_STATUS);
  });

  it(`doe §1 abort aborting: a client that aborts again and again does not make a hung feature’s list longer (own rule)`, () => {
    using bench = MailboxBench.in('aborting');
    const unsettled = bench.port.last.unsettled ?? Promise.resolve();
    const watch = sinon.spy(unsettled, 'then');
    for (let i = 0; i < 100; i++) {
      bench.mailbox.writeMailbox(1);
      bench.abort();
      expect(bench.mailbox.state).to.equal('aborting');
    }
    expect([watch.callCount, bench.clock.pendingCount]).to.deep.equal([0, 1]);
  });

  it(`doe §1 abort ready: with the response at hand no feature is waited for (own rule)`, () => {
    using bench = new MailboxBench();
    bench.port.hangs = true;
    bench.send();
    bench.port.last.answer(responseOf(1));
    bench.abort();
    expect(bench.mailbox.state).to.equal('idle');
  });

  for (const state of ['gathering', 'processing', 'ready', 'error'] as const) {
    it(`doe §1 abort and Go: in one write the abort wins, in ${state} (own rule)`, () => {
      using bench = MailboxBench.in(state);
      const asked = bench.port.asked.length;
      bench.mailbox.writeControl(GO | ABORT);
      expect([bench.mailbox.state, bench.port.asked.length]).to.deep.equal(['idle', asked]);
    });
  }

  it(`doe §1 abort and Go: a whole object that was written is not sent (own rule)`, () => {
    using bench = new MailboxBench();
    bench.write(objectWords(3));
    bench.mailbox.writeControl(GO | ABORT);
    bench.mailbox.writeControl(GO);
    expect(bench.port.asked).to.have.length(0);
  });

  it(`doe §1 abort and enables: the same write sets and clears Interrupt Enable and Async Message Enable (${SECTION} 7.9.24.3)`, () => {
    using bench = new MailboxBench();
    bench.mailbox.writeControl(ABORT | INT_EN | ASYNC_EN);
    expect(bench.control).to.equal(INT_EN | ASYNC_EN);
    bench.abort();
    expect(bench.control).to.equal(0);
  });

  it(`doe §1 abort and Interrupt Status: it stays set (own rule)`, () => {
    for (const state of ['ready', 'error'] as const) {
      using bench = MailboxBench.in(state);
      bench.abort();
      expect(bench.status, state).to.equal(INT_STATUS);
    }
  });

  it(`doe §1 abort during transfer: in the middle of a response, the rest is gone (${SECTION} 7.9.24.3)`, () => {
    using bench = MailboxBench.in('ready');
    bench.mailbox.acknowledge();
    bench.mailbox.acknowledge();
    bench.abort();
    bench.mailbox.acknowledge();
    expect([bench.status, bench.mailbox.readMailbox()]).to.deep.equal([INT_STATUS, 0]);
    expect(bench.roundTrip()).to.deep.equal(roundTripWords);
  });

  it(`doe §1 abort inside: a feature that causes one while it is asked gets no answer through (own rule)`, () => {
    using bench = new MailboxBench();
    bench.port.onSubmit = (exchange): void => {
      bench.abort();
      exchange.answer(responseOf(1));
    };
    bench.send();
    expect([bench.status, bench.clock.pendingCount]).to.deep.equal([0, 0]);
    let inner: ScriptedExchange | undefined;
    bench.port.onSubmit = (exchange): void => {
      inner = exchange;
      bench.abort();
    };
    bench.send();
    expect(inner?.cancelled).to.equal(true);
    expect([bench.status, bench.clock.pendingCount]).to.deep.equal([0, 0]);
  });

  for (const [what, act, status] of [
    ['a word', (bench: MailboxBench): void => bench.write([1]), ERROR | INT_STATUS],
    ['an abort', (bench: MailboxBench): void => bench.abort(), BUSY],
    ['a reset', (bench: MailboxBench): void => bench.mailbox.reset(), 0],
  ] as const) {
    it(`doe §1 abort inside: ${what} from whoever is told of the cancellation counts (own rule)`, () => {
      using bench = new MailboxBench();
      bench.port.hangs = true;
      bench.send();
      const exchange = bench.port.last;
      const cancel = exchange.cancel.bind(exchange);
      let told = 0;
      exchange.cancel = (): void => {
        cancel();
        if (told++ === 0) {
          act(bench);
        }
      };
      bench.abort();
      expect(bench.status).to.equal(status);
      bench.clock.advance(5000);
      expect(bench.status, 'what an abort ends is Busy alone').to.equal(status & ~BUSY);
      expect(bench.clock.pendingCount).to.equal(0);
    });
  }

  it(`doe §1 abort inside: a reset from whoever is told that an error ends the exchange leaves no Interrupt Status (bug; own rule)`, () => {
    using bench = new MailboxBench();
    bench.port.hangs = true;
    bench.send(objectWords(3), INT_EN);
    const exchange = bench.port.last;
    const cancel = exchange.cancel.bind(exchange);
    let told = 0;
    exchange.cancel = (): void => {
      cancel();
      if (told++ === 0) {
        bench.mailbox.reset();
      }
    };
    bench.write([1]);
    expect([bench.status, bench.control, bench.messages]).to.deep.equal([0, 0, 0]);
  });

  it(`doe §1 abort from the interrupt: a client that aborts when it is told leaves a clean instance (own rule)`, () => {
    using bench = new MailboxBench();
    bench.onMessage = (): void => {
      bench.mailbox.writeControl(ABORT | INT_EN);
    };
    bench.port.onSubmit = (exchange): void => {
      exchange.answer(responseOf(1));
    };
    bench.send(objectWords(3), INT_EN);
    expect([bench.status, bench.control, bench.messages]).to.deep.equal([INT_STATUS, INT_EN, 1]);
  });

  it(`doe §1 abort from the interrupt: a client that drains and asks again when it is told gets both answers (own rule)`, () => {
    using bench = new MailboxBench();
    const answers: number[][] = [];
    bench.onMessage = (): void => {
      bench.mailbox.writeStatus(INT_STATUS);
      answers.push(bench.drain());
      if (answers.length < 3) {
        bench.send(objectWords(2 + answers.length), INT_EN);
      }
    };
    bench.port.onSubmit = (exchange): void => {
      exchange.answer(responseOf(toWords(exchange.object).length));
    };
    bench.send(objectWords(2), INT_EN);
    expect(answers.map(({ length }) => length)).to.deep.equal([4, 5, 6]);
    expect([bench.status & READY, bench.clock.pendingCount]).to.deep.equal([0, 0]);
    expect(bench.port.asked.filter(({ cancelled }) => cancelled)).to.have.length(0);
  });
});

describe('reset', () => {
  for (const state of ['idle', 'gathering', 'processing', 'ready', 'error', 'aborting'] as const) {
    it(`doe §1 reset: in ${state} every register is as after power-on, at once (${SECTION} 6.6.2)`, () => {
      using bench = MailboxBench.in(state);
      bench.mailbox.writeControl(INT_EN | ASYNC_EN);
      bench.mailbox.reset();
      expect([bench.status, bench.control, bench.mailbox.readMailbox()]).to.deep.equal([0, 0, 0]);
      expect(bench.clock.pendingCount).to.equal(0);
      const asked = bench.port.asked.length;
      bench.mailbox.writeControl(GO);
      expect(bench.port.asked).to.have.length(asked);
      bench.port.hangs = false;
      expect(bench.roundTrip()).to.deep.equal(roundTripWords);
    });
  }

  it(`doe §1 reset: nothing is left of a response that was read in half (${SECTION} 6.6.2)`, () => {
    using bench = MailboxBench.in('processing');
    bench.port.last.answer(responseOf(3));
    bench.mailbox.acknowledge();
    bench.mailbox.acknowledge();
    expect(bench.status & READY).to.not.equal(0);
    bench.mailbox.reset();
    expect([bench.status, bench.mailbox.readMailbox()]).to.deep.equal([0, 0]);
    bench.mailbox.acknowledge();
    expect(bench.status).to.equal(0);
    expect(bench.roundTrip()).to.deep.equal(roundTripWords);
  });

  it(`doe §1 reset: cancels, and a late answer is thrown away (${SECTION} 6.6.2)`, async () => {
    using bench = MailboxBench.in('processing');
    bench.mailbox.reset();
    expect(bench.port.last.cancelled).to.equal(true);
    bench.port.last.answer(responseOf(1));
    expect([bench.status, bench.messages]).to.deep.equal([0, 0]);
    using aborting = MailboxBench.in('aborting');
    aborting.mailbox.reset();
    aborting.send();
    aborting.port.asked[0]?.settle();
    await Promise.resolve();
    expect(aborting.mailbox.state).to.equal('processing');
  });

  it(`doe §1 reset: Interrupt Status is cleared and the next one is told again (${SECTION} 6.6.2)`, () => {
    using bench = new MailboxBench();
    bench.mailbox.writeControl(INT_EN);
    bench.send(objectWords(2), INT_EN);
    bench.port.last.answer(responseOf(0));
    bench.mailbox.reset();
    bench.send(objectWords(2), INT_EN);
    bench.port.last.answer(responseOf(0));
    expect(bench.messages).to.equal(2);
  });
});
