import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FunctionBench, MSI, MSIX } from './function-bench.test-support.js';
import {
  ABORT,
  INT_EN,
  INT_STATUS,
  MailboxBench,
  noResponse,
  objectWords,
  READY,
  responseOf,
} from './mailbox-bench.test-support.js';

const SECTION = 'PCI Express Base Specification 6.0, section';
const AT = 0x100;
const CONTROL = AT + 8;
const STATUS = AT + 0xc;
const READ = AT + 0x14;
const COMMAND = 4;
const MASTER = 4;
const MSIX_CONTROL = 0x62;
const MSIX_ENABLE = 0x8000;
const FUNCTION_MASK = 0x4000;
const MSI_MASK = 0x50;

/** Something to tell: a response is ready. */
function answer(bench: FunctionBench, control = 0): void {
  bench.send(AT, objectWords(2), control);
  bench.port().last.answer(responseOf(0));
}

function acknowledge(bench: FunctionBench): void {
  bench.write(READ, 4, 0);
  bench.write(READ, 4, 0);
}

const everything = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((bits) =>
  [0, 1, 2, 3].map((more) => ({
    master: (bits & 1) !== 0,
    enabled: (bits & 2) !== 0,
    masked: (bits & 4) !== 0,
    intEn: (more & 1) !== 0,
    already: (more & 2) !== 0,
  })),
);

describe('interrupts of an instance', () => {
  it(`doe §1 interrupt: Interrupt Status is set with Data Object Ready and with Error, also while Interrupt Enable is clear (${SECTION} 7.9.24.4)`, () => {
    for (const outcome of [responseOf(0), noResponse()]) {
      using bench = new MailboxBench();
      bench.send();
      expect(bench.status & INT_STATUS, 'not before').to.equal(0);
      bench.port.last.answer(outcome);
      expect(bench.status & INT_STATUS).to.equal(INT_STATUS);
      expect(bench.messages).to.equal(0);
    }
  });

  it(`doe §1 interrupt: not by Busy becoming clear (Linux drivers/pci/doe.c, doe_statemachine_work; PCI Express Base Specification 6.2, section 6.30.3)`, async () => {
    using bench = new MailboxBench();
    bench.port.hangs = true;
    bench.send(objectWords(2), INT_EN);
    bench.mailbox.writeControl(ABORT | INT_EN);
    bench.port.last.settle();
    await Promise.resolve();
    expect([bench.status, bench.messages]).to.deep.equal([0, 0]);
    bench.send(objectWords(2), INT_EN);
    bench.port.last.answer({ kind: 'discard' });
    expect([bench.status, bench.messages]).to.deep.equal([0, 0]);
  });

  it(`doe §1 interrupt: one message when Interrupt Status becomes set, none while it stays set (${SECTION} 6.30.3)`, () => {
    using bench = new MailboxBench();
    bench.send(objectWords(2), INT_EN);
    bench.port.last.answer(responseOf(0));
    expect(bench.messages).to.equal(1);
    bench.drain();
    bench.send(objectWords(2), INT_EN);
    bench.port.last.answer(noResponse());
    expect(bench.messages).to.equal(1);
    bench.mailbox.writeStatus(INT_STATUS);
    expect(bench.messages).to.equal(1);
    bench.mailbox.writeControl(ABORT | INT_EN);
    bench.send(objectWords(2), INT_EN);
    bench.port.last.answer(responseOf(0));
    expect(bench.messages).to.equal(2);
  });

  it(`doe §1 interrupt: clearing Interrupt Status while Data Object Ready stays set does not set it again (${SECTION} 7.9.24.4)`, () => {
    using bench = MailboxBench.in('ready');
    bench.mailbox.writeControl(INT_EN);
    bench.mailbox.writeStatus(INT_STATUS);
    expect([bench.status, bench.messages]).to.deep.equal([READY, 1]);
  });

  it(`doe §1 interrupt enabled late: setting Interrupt Enable with Interrupt Status set sends, since all conditions become true as a whole (${SECTION} 6.30.3)`, () => {
    using bench = MailboxBench.in('ready');
    expect(bench.messages).to.equal(0);
    bench.mailbox.writeControl(INT_EN);
    expect(bench.messages).to.equal(1);
    bench.mailbox.writeControl(INT_EN);
    expect(bench.messages, 'once').to.equal(1);
    bench.mailbox.writeControl(0);
    bench.mailbox.writeControl(INT_EN);
    expect(bench.messages, 'and each time that it is enabled').to.equal(2);
    bench.mailbox.writeStatus(INT_STATUS);
    bench.mailbox.writeControl(0);
    bench.mailbox.writeControl(INT_EN);
    expect(bench.messages, 'not with Interrupt Status clear').to.equal(2);
  });

  it(`doe §1 interrupt: the write of Go counts with the Interrupt Enable that it brings (${SECTION} 7.9.24.3)`, () => {
    using bench = new MailboxBench();
    bench.port.onSubmit = (exchange): void => {
      exchange.answer(responseOf(0));
    };
    bench.send(objectWords(2), INT_EN);
    expect(bench.messages).to.equal(1);
    bench.mailbox.writeStatus(INT_STATUS);
    bench.drain();
    bench.send(objectWords(2));
    expect(bench.messages).to.equal(1);
  });

  it('doe §1 interrupt: without a message number both bits stay clear and nothing is sent (own rule)', () => {
    using bench = new MailboxBench({ silent: true });
    bench.send(objectWords(2), INT_EN);
    bench.port.last.answer(responseOf(0));
    expect([bench.control, bench.status, bench.messages]).to.deep.equal([0, READY, 0]);
  });

  for (const { master, enabled, masked, intEn, already } of everything) {
    const conditions = [
      `${master ? '' : 'no '}Bus Master Enable`,
      `MSI-X ${enabled ? 'enabled' : 'disabled'}`,
      `vectors ${masked ? 'masked' : 'unmasked'}`,
      `Interrupt Enable ${intEn ? 'set' : 'clear'}`,
      `Interrupt Status ${already ? 'set before' : 'clear before'}`,
    ].join(', ');
    it(`doe §1 interrupt gates: ${conditions} (${SECTION} 6.30.3 and 6.1.4)`, () => {
      using bench = new FunctionBench([{ at: AT, message: 2 }]);
      if (already) {
        answer(bench);
        acknowledge(bench);
        expect(bench.read(STATUS, 4)).to.equal(INT_STATUS);
      }
      bench.write(COMMAND, 2, master ? MASTER : 0);
      if (enabled) {
        bench.irqs.active.add(MSIX);
      }
      bench.write(MSIX_CONTROL, 2, (enabled ? MSIX_ENABLE : 0) | (masked ? FUNCTION_MASK : 0));
      // With Interrupt Status set before it is Interrupt Enable that makes the conditions true, before the answer does.
      answer(bench, intEn ? INT_EN : 0);
      const due = intEn && enabled;
      expect(bench.irqs.log).to.deep.equal(due && master && !masked ? ['trigger 2:2'] : []);
      // Whatever was forbidden becomes allowed: what had to wait comes, once.
      bench.write(MSIX_CONTROL, 2, enabled ? MSIX_ENABLE : 0);
      bench.write(COMMAND, 2, MASTER);
      expect(bench.irqs.log).to.deep.equal(due ? ['trigger 2:2'] : []);
      expect(bench.read(6, 2) & 8, 'INTx').to.equal(0);
    });
  }

  for (const [what, master, enabled, mask, intEn, now, later] of [
    ['all allow', true, true, 0, true, 1, 1],
    ['Bus Master Enable is clear', false, true, 0, true, 0, 1],
    ['MSI is disabled', true, false, 0, true, 0, 0],
    ['its mask bit is set', true, true, 1 << 2, true, 0, 1],
    ['the mask bit of another vector is set', true, true, 1 << 1, true, 1, 1],
    ['Interrupt Enable is clear', true, true, 0, false, 0, 0],
  ] as const) {
    it(`doe §1 interrupt gates: by MSI, when ${what} (${SECTION} 6.30.3 and 7.7.1)`, () => {
      using bench = new FunctionBench([{ at: AT, message: 2 }]);
      bench.write(COMMAND, 2, master ? MASTER : 0);
      if (enabled) {
        bench.irqs.active.add(MSI);
      }
      bench.write(MSI_MASK, 4, mask);
      answer(bench, intEn ? INT_EN : 0);
      const message = ['trigger 1:2'];
      expect(bench.irqs.log).to.deep.equal(now === 1 ? message : []);
      bench.write(MSI_MASK, 4, 0);
      bench.write(COMMAND, 2, MASTER);
      expect(bench.irqs.log).to.deep.equal(later === 1 ? message : []);
    });
  }

  it(`doe §1 interrupt never INTx: with INTx alone nothing is signalled (${SECTION} 7.9.24.2)`, () => {
    using bench = new FunctionBench([{ at: AT, message: 0 }]);
    bench.irqs.active.add(0);
    bench.write(COMMAND, 2, MASTER);
    answer(bench, INT_EN);
    expect(bench.read(STATUS, 4)).to.equal((READY | INT_STATUS) >>> 0);
    expect(bench.irqs.log).to.deep.equal([]);
    expect(bench.read(6, 2) & 8).to.equal(0);
  });

  it('seed 004 vectors: the message is one of the function’s own vectors, used by its primary function as well, and none is added (PCI Express Base Specification 6.0, section 7.9.24.2)', () => {
    using bench = new FunctionBench([
      { at: AT, message: 1 },
      { at: AT + 0x18, message: 1 },
    ]);
    expect(bench.pci.layout.vectors, 'none was added').to.equal(4);
    bench.irqs.active.add(MSIX);
    bench.write(COMMAND, 2, MASTER);
    bench.pci.interrupt(1);
    answer(bench, INT_EN);
    bench.send(AT + 0x18, objectWords(2), INT_EN);
    bench.port(1).last.answer(noResponse());
    bench.pci.interrupt(0);
    expect(bench.irqs.log).to.deep.equal([
      'trigger 2:1',
      'trigger 2:1',
      'trigger 2:1',
      'trigger 2:0',
    ]);
  });

  it('seed 004 bus mastering: nothing is sent before Interrupt Enable, and with it nothing before Bus Master Enable (PCI Express Base Specification 6.0, section 7.5.1.1.3)', () => {
    for (const [mechanism, message] of [
      [MSI, 'trigger 1:1'],
      [MSIX, 'trigger 2:1'],
    ] as const) {
      using bench = new FunctionBench([{ at: AT, message: 1 }]);
      bench.irqs.active.add(mechanism);
      answer(bench);
      bench.write(COMMAND, 2, MASTER);
      expect(bench.irqs.log).to.deep.equal([]);
      bench.write(COMMAND, 2, 0);
      bench.write(CONTROL, 4, INT_EN);
      expect(bench.irqs.log).to.deep.equal([]);
      bench.write(COMMAND, 2, MASTER);
      expect(bench.irqs.log).to.deep.equal([message]);
    }
  });

  it(`doe §1 interrupt and late answer: what comes after an abort tells nobody (${SECTION} 6.30.2)`, () => {
    using bench = new FunctionBench([{ at: AT, message: 1 }]);
    bench.irqs.active.add(MSIX);
    bench.write(COMMAND, 2, MASTER);
    bench.send(AT, objectWords(2), INT_EN);
    bench.write(CONTROL, 4, ABORT | INT_EN);
    bench.port().last.answer(responseOf(0));
    expect([bench.irqs.log, bench.read(STATUS, 4)]).to.deep.equal([[], 0]);
  });
});
