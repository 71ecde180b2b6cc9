import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
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

describe('MailboxRegisters', () => {
  it(`doe §1 registers: all zero out of reset (${SECTION} 7.9.24)`, () => {
    const { mailbox, status, control } = new MailboxBench();
    expect([status, control, mailbox.readMailbox()]).to.deep.equal([0, 0, 0]);
  });

  it(`doe §1 registers: Abort and Go read as zero, reserved bits too (${SECTION} 7.9.24.3)`, () => {
    for (const [version, expected] of [
      [1, INT_EN],
      [2, INT_EN | ASYNC_EN],
    ] as const) {
      using bench = new MailboxBench({ version });
      bench.mailbox.writeControl(0xffff_ffff);
      expect(bench.control).to.equal(expected);
      bench.mailbox.writeControl(0);
      expect(bench.control).to.equal(0);
    }
  });

  it(`doe §1 registers: Busy, Error, Async Message Status and Data Object Ready are read-only (${SECTION} 7.9.24.4)`, () => {
    for (const state of ['idle', 'processing', 'ready', 'error', 'aborting'] as const) {
      using bench = MailboxBench.in(state);
      const before = bench.status & ~INT_STATUS;
      bench.mailbox.writeStatus(0xffff_ffff);
      expect(bench.status & ~INT_STATUS, state).to.equal(before);
      expect(bench.mailbox.state).to.equal(state);
    }
  });

  it(`doe §1 async messages: Async Message Enable exists in version 2 and has no effect (PCI Express Base Specification 6.1, section 7.9.24.3)`, () => {
    using bench = new MailboxBench({ version: 2 });
    bench.mailbox.writeControl(ASYNC_EN);
    expect(bench.roundTrip()).to.deep.equal(roundTripWords);
    expect([bench.status & ASYNC_EN, bench.messages]).to.deep.equal([0, 0]);
    // Go without the bit clears it, as every write of Control does.
    expect(bench.control).to.equal(0);
  });

  it(`doe §1 exchange: Go hands the words over as an object, Busy until the answer, then Ready (${SECTION} 6.30.2)`, () => {
    using bench = new MailboxBench();
    bench.send(objectWords(5));
    expect(toWords(bench.port.last.object)).to.deep.equal(objectWords(5));
    expect(bench.port.last.requester.kind).to.equal('registers');
    expect(bench.status).to.equal(BUSY);
    bench.port.last.answer(responseOf(3));
    expect(bench.status).to.equal((READY | INT_STATUS) >>> 0);
    expect(bench.drain()).to.deep.equal([0x0001_1e98, 5, 0xb000_0000, 0xb000_0001, 0xb000_0002]);
    expect(bench.status).to.equal(INT_STATUS);
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it(`doe §1 exchange: an answer at once is Ready before the write of Go ends, and starts no timer (${SECTION} 6.30.2)`, () => {
    using bench = new MailboxBench();
    bench.port.onSubmit = (exchange): void => {
      exchange.answer(responseOf(0));
    };
    bench.send();
    expect(bench.status & READY).to.not.equal(0);
    expect(bench.clock.pendingCount).to.equal(0);
    expect(bench.port.last.cancelled).to.equal(false);
    expect(bench.drain()).to.deep.equal([0x0001_1e98, 2]);
  });

  it(`doe §1 exchange: what was handed over stays as it is when the next object is written (own rule)`, () => {
    using bench = new MailboxBench();
    bench.send(objectWords(4));
    const { object } = bench.port.last;
    bench.abort();
    bench.send([9, 3, 9]);
    expect(toWords(object)).to.deep.equal(objectWords(4));
    expect(toWords(bench.port.last.object)).to.deep.equal([9, 3, 9]);
  });

  it(`doe §1 exchange: words are little endian, whatever their value (${SECTION} 6.30.1)`, () => {
    using bench = new MailboxBench();
    bench.send([0xffff_ffff, 0xfffc_0003, 0x8040_20ff]);
    expect([...bench.port.last.object]).to.deep.equal([
      0xff, 0xff, 0xff, 0xff, 3, 0, 0xfc, 0xff, 0xff, 0x20, 0x40, 0x80,
    ]);
  });

  it(`doe §1 read: a word stays until it is acknowledged, reading it has no effect (${SECTION} 7.9.24.6)`, () => {
    using bench = MailboxBench.in('ready');
    const read = (): number => bench.mailbox.readMailbox();
    expect([read(), read(), read()]).to.deep.equal([0x0001_1e98, 0x0001_1e98, 0x0001_1e98]);
    bench.mailbox.acknowledge();
    expect([read(), read()]).to.deep.equal([4, 4]);
  });

  it(`doe §1 read: Ready ends with the acknowledgement of the last word, not with its read (Linux drivers/pci/doe.c, pci_doe_recv_resp)`, () => {
    using bench = MailboxBench.in('ready');
    for (let words = 4; words > 0; words--) {
      bench.mailbox.readMailbox();
      expect(bench.status & READY, `${words} words left`).to.not.equal(0);
      bench.mailbox.acknowledge();
    }
    expect(bench.status).to.equal(INT_STATUS);
    expect(bench.mailbox.state).to.equal('idle');
  });

  for (const state of ['idle', 'gathering', 'processing', 'error', 'aborting'] as const) {
    it(`doe §1 read: zero without a response, in ${state} (${SECTION} 7.9.24.6)`, () => {
      using bench = MailboxBench.in(state);
      expect(bench.mailbox.readMailbox()).to.equal(0);
    });

    it(`doe §1 acknowledge past the end: no effect in ${state} (${SECTION} 7.9.24.6)`, () => {
      using bench = MailboxBench.in(state);
      const before = [bench.status, bench.mailbox.state];
      bench.mailbox.acknowledge();
      expect([bench.status, bench.mailbox.state]).to.deep.equal(before);
    });
  }

  it(`doe §1 acknowledge past the end: the words being written are not lost (own rule)`, () => {
    using bench = new MailboxBench();
    bench.write(objectWords(3).slice(0, 2));
    bench.mailbox.acknowledge();
    bench.send(objectWords(3).slice(2));
    expect(toWords(bench.port.last.object)).to.deep.equal(objectWords(3));
  });

  it(`doe §1 back to back: words may be written while a response is read, Go comes after it (${SECTION} 6.30.2)`, () => {
    using bench = MailboxBench.in('ready');
    bench.write(objectWords(3));
    expect(bench.drain()).to.have.length(4);
    bench.mailbox.writeControl(GO);
    expect(toWords(bench.port.last.object)).to.deep.equal(objectWords(3));
  });

  for (const [what, words] of [
    ['a whole object', objectWords(3)],
    ['half an object', [1]],
    ['nothing', []],
  ] as const) {
    it(`doe §1 second request: Go with ${what} while a response waits is an error (own rule)`, () => {
      using bench = MailboxBench.in('ready');
      bench.send(words);
      expect(bench.status).to.equal(ERROR | INT_STATUS);
      expect(bench.mailbox.readMailbox()).to.equal(0);
      expect(bench.port.asked).to.have.length(1);
    });
  }

  for (const state of ['processing', 'aborting'] as const) {
    it(`doe §1 busy: a word written in ${state} is an error and ends the exchange (${SECTION} 7.9.24.4)`, () => {
      using bench = MailboxBench.in(state);
      bench.mailbox.writeMailbox(1);
      expect(bench.status).to.equal(ERROR | INT_STATUS);
      expect(bench.port.last.cancelled).to.equal(true);
      expect(bench.clock.pendingCount).to.equal(0);
    });

    it(`doe §1 busy: Go in ${state} is an error and ends the exchange (own rule)`, () => {
      using bench = MailboxBench.in(state);
      bench.mailbox.writeControl(GO);
      expect(bench.status).to.equal(ERROR | INT_STATUS);
      expect(bench.port.asked).to.have.length(1);
      expect(bench.port.last.cancelled).to.equal(true);
    });
  }

  it(`doe §1 error: without a response the error bit is set (${SECTION} 6.30.2)`, () => {
    using bench = new MailboxBench();
    bench.send();
    bench.port.last.answer(noResponse());
    expect(bench.status).to.equal(ERROR | INT_STATUS);
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it(`doe §1 error: only Abort ends it; words, Go and acknowledgements are ignored (own rule)`, () => {
    using bench = MailboxBench.in('error');
    bench.send(objectWords(3));
    bench.mailbox.acknowledge();
    expect(bench.status).to.equal(ERROR | INT_STATUS);
    expect(bench.port.asked).to.have.length(1);
    bench.abort();
    expect(bench.status).to.equal(INT_STATUS);
    bench.mailbox.writeControl(GO);
    expect(bench.port.asked, 'the words of before are gone').to.have.length(1);
    expect(bench.roundTrip()).to.deep.equal(roundTripWords);
  });

  it(`doe §1 error: the interrupt bits work on (own rule)`, () => {
    using bench = MailboxBench.in('error');
    bench.mailbox.writeControl(INT_EN);
    expect(bench.control).to.equal(INT_EN);
    bench.mailbox.writeStatus(INT_STATUS);
    expect(bench.status).to.equal(ERROR);
  });

  for (const bytes of [0, 4, 7, 10, 2 ** 20 + 4]) {
    it(`doe §1 error: a response of ${bytes} bytes is no data object (${SECTION} 6.30.1)`, () => {
      using bench = new MailboxBench();
      bench.send();
      bench.port.last.answer({ kind: 'response', object: new Uint8Array(bytes) });
      expect(bench.status).to.equal(ERROR | INT_STATUS);
    });
  }

  it(`doe §1 error: a port that throws is reported, and leaves an error (own rule)`, () => {
    using bench = new MailboxBench();
    bench.port.onSubmit = (): void => {
      throw new Error('broken');
    };
    expect(() => {
      bench.send();
    }).to.throw('broken');
    expect(bench.status).to.equal(ERROR | INT_STATUS);
    bench.port.onSubmit = (): void => undefined;
    bench.abort();
    expect(bench.roundTrip()).to.deep.equal(roundTripWords);
  });

  it(`doe §1 discard: an object that its feature throws away leaves no trace (${SECTION} 6.30.1)`, () => {
    using bench = new MailboxBench();
    bench.send();
    bench.port.last.answer({ kind: 'discard' });
    expect([bench.status, bench.mailbox.state]).to.deep.equal([0, 'idle']);
    expect(bench.clock.pendingCount).to.equal(0);
    expect(bench.roundTrip()).to.deep.equal(roundTripWords);
  });

  it(`doe §1 time limit: an error one second after Go, not before (${SECTION} 6.30.2)`, () => {
    using bench = new MailboxBench();
    bench.send();
    bench.clock.advance(999);
    expect(bench.status).to.equal(BUSY);
    bench.clock.advance(1);
    expect(bench.status).to.equal(ERROR | INT_STATUS);
    expect(bench.port.last.cancelled).to.equal(true);
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it(`doe §1 time limit: an answer in time is not cut off later (${SECTION} 6.30.2)`, () => {
    using bench = new MailboxBench({ limits: { responseMs: 20 } });
    bench.send();
    bench.clock.advance(19);
    bench.port.last.answer(responseOf(1));
    bench.clock.advance(1000);
    expect(bench.status & READY).to.not.equal(0);
    bench.drain();
    bench.send();
    bench.clock.advance(19);
    expect(bench.status & BUSY, 'a limit of its own').to.equal(BUSY);
    bench.clock.advance(1);
    expect(bench.status & ERROR).to.equal(ERROR);
  });
});
