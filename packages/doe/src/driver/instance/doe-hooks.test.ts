import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FunctionBench } from './function-bench.test-support.js';
import {
  ABORT,
  BUSY,
  ERROR,
  GO,
  INT_EN,
  INT_STATUS,
  objectWords,
  READY,
  responseOf,
  toWords,
} from './mailbox-bench.test-support.js';

const SECTION = 'PCI Express Base Specification 6.0, section';
const AT = 0x100;
const CONTROL = AT + 8;
const STATUS = AT + 0xc;
const WRITE = AT + 0x10;
const READ = AT + 0x14;

const instance = (): FunctionBench => new FunctionBench([{ at: AT, message: 1 }]);

function readyInstance(): FunctionBench {
  const bench = instance();
  bench.send(AT, objectWords(3));
  bench.port().last.answer(responseOf(1));
  return bench;
}

describe('doeHooks, through a function’s config space', () => {
  it('doe §1 exchange: a step of discovery, access by access (Linux drivers/pci/doe.c, pci_doe_discovery)', () => {
    using bench = new FunctionBench([{ at: AT }]);
    bench.port().onSubmit = (exchange): void => {
      exchange.answer(responseOf(1));
    };
    bench.write(CONTROL, 4, ABORT);
    expect([bench.read(STATUS, 4), bench.read(STATUS, 4)]).to.deep.equal([0, 0]);
    for (const word of [1, 3, 0x200]) {
      bench.write(WRITE, 4, word);
    }
    bench.write(CONTROL, 4, GO);
    expect(toWords(bench.port().last.object)).to.deep.equal([1, 3, 0x200]);
    expect(bench.read(STATUS, 4)).to.equal(READY);
    const words = [bench.read(READ, 4)];
    bench.write(READ, 4, 0);
    words.push(bench.read(READ, 4));
    bench.write(READ, 4, 0);
    words.push(bench.read(READ, 4));
    expect(bench.read(STATUS, 4)).to.equal(READY);
    bench.write(READ, 4, 0);
    expect(bench.read(STATUS, 4)).to.equal(0);
    expect(words).to.deep.equal([0x0001_1e98, 3, 0xb000_0000]);
  });

  it(`doe §1 sub-DW access: Capabilities, Control and Status read by bytes (${SECTION} 7.9.24)`, () => {
    using bench = readyInstance();
    bench.write(CONTROL, 4, INT_EN);
    const bytes = (at: number): number[] => [0, 1, 2, 3].map((byte) => bench.read(at + byte, 1));
    expect(bytes(AT + 4)).to.deep.equal([3, 0, 0, 0]);
    expect(bytes(CONTROL)).to.deep.equal([INT_EN, 0, 0, 0]);
    expect(bytes(STATUS)).to.deep.equal([INT_STATUS, 0, 0, 0x80]);
    expect(bench.read(STATUS + 2, 2)).to.equal(0x8000);
  });

  it(`doe §1 sub-DW access: Go is in byte 3, Abort and Interrupt Enable in byte 0, and bytes left out keep their bits (${SECTION} 7.9.24.3)`, () => {
    using bench = instance();
    bench.write(CONTROL, 1, INT_EN);
    for (const word of objectWords(3)) {
      bench.write(WRITE, 4, word);
    }
    bench.write(CONTROL + 1, 2, 0xffff);
    bench.write(CONTROL + 2, 1, 0xff);
    bench.write(CONTROL + 3, 1, 0x7f);
    expect(bench.port().asked).to.have.length(0);
    bench.write(CONTROL + 3, 1, 0x80);
    expect(bench.port().asked).to.have.length(1);
    expect(bench.read(CONTROL, 4)).to.equal(INT_EN);
    bench.write(CONTROL, 2, ABORT | INT_EN);
    expect([bench.read(STATUS, 4), bench.read(CONTROL, 4)]).to.deep.equal([0, INT_EN]);
    bench.write(CONTROL, 1, 0);
    expect(bench.read(CONTROL, 4)).to.equal(0);
  });

  it(`doe §1 sub-DW access: Interrupt Status is cleared by byte 0 alone (${SECTION} 7.9.24.4)`, () => {
    using bench = readyInstance();
    bench.write(STATUS + 1, 1, 0xff);
    bench.write(STATUS + 2, 2, 0xffff);
    expect(bench.read(STATUS, 1)).to.equal(INT_STATUS);
    bench.write(STATUS, 1, INT_STATUS);
    expect(bench.read(STATUS, 4)).to.equal(READY);
  });

  for (const [offset, width] of [
    [0, 1],
    [1, 1],
    [3, 1],
    [0, 2],
    [2, 2],
    [1, 2],
    [-2, 4],
    [1, 4],
  ] as const) {
    it(`doe §1 sub-DW access: ${width} bytes at ${offset} of a mailbox register write nothing and read zero (own rule)`, () => {
      using bench = readyInstance();
      bench.write(READ + offset, width, 0xffff_ffff);
      expect(bench.read(READ, 4), 'nothing was acknowledged').to.equal(0x0001_1e98);
      if (offset >= 0 && width < 4) {
        expect(bench.read(READ + offset, width)).to.equal(0);
      }
      bench.write(CONTROL, 4, ABORT);
      if (offset !== -2) {
        bench.write(WRITE + offset, width, 0xffff_ffff);
      }
      bench.send(AT, objectWords(3));
      expect(bench.port().asked, 'no word was written').to.have.length(2);
    });
  }

  it('doe §1 sub-DW access: parts written while Busy are no error (own rule)', () => {
    using bench = instance();
    bench.send(AT, objectWords(3));
    bench.write(WRITE, 2, 1);
    expect(bench.read(STATUS, 4)).to.equal(BUSY);
  });

  it(`doe §1 registers: the Write Data Mailbox reads zero (${SECTION} 7.9.24.5)`, () => {
    using bench = instance();
    bench.write(WRITE, 4, 0xffff_ffff);
    expect(bench.read(WRITE, 4)).to.equal(0);
  });

  it('doe §1 registers: a client that reads all of config space disturbs nothing (QEMU hw/vfio/pci.c reads it at its start)', () => {
    using bench = readyInstance();
    const all = new DataView(new ArrayBuffer(4096));
    void bench.config.read(0, all, 0, 4096);
    expect(all.getUint32(READ, true)).to.equal(0x0001_1e98);
    expect(all.getUint32(STATUS, true)).to.equal((READY | INT_STATUS) >>> 0);
    expect(bench.read(READ, 4)).to.equal(0x0001_1e98);
  });

  it(`doe §1 instances: each has registers of its own (${SECTION} 6.30)`, () => {
    using bench = new FunctionBench([
      { at: AT, message: 0 },
      { at: AT + 0x18, version: 1 },
    ]);
    bench.send(AT, objectWords(3));
    bench.write(WRITE + 0x18, 4, 7);
    bench.write(WRITE + 0x18, 4, 2);
    bench.send(AT + 0x18, []);
    expect(bench.read(STATUS, 4)).to.equal(BUSY);
    expect(bench.read(STATUS + 0x18, 4)).to.equal(BUSY);
    bench.port(1).last.answer(responseOf(0));
    expect(bench.read(STATUS, 4)).to.equal(BUSY);
    expect(bench.read(STATUS + 0x18, 4), 'without interrupts').to.equal(READY);
    bench.write(CONTROL + 0x18, 4, ABORT | INT_EN);
    expect(bench.read(CONTROL + 0x18, 4), 'without interrupts').to.equal(0);
    expect(bench.port(0).last.cancelled).to.equal(false);
  });

  it(`doe §1 reset: Initiate Function Level Reset ends everything (${SECTION} 6.6.2)`, () => {
    using bench = instance();
    bench.send(AT, objectWords(3), INT_EN);
    bench.port().last.answer({ kind: 'response', object: new Uint8Array(2) });
    expect(bench.read(STATUS, 4)).to.equal(ERROR | INT_STATUS);
    bench.write(0x88, 2, 0x8000);
    expect([bench.read(STATUS, 4), bench.read(CONTROL, 4)]).to.deep.equal([0, 0]);
  });
});
