import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { BREAK } from './line.js';
import { bytes, EMPTY, FIFO_ON, LOOP, READY, UartBench } from './uart-bench.test-support.js';
import {
  UART_DLL,
  UART_DLM,
  UART_FCR,
  UART_FCR_CLEAR_RCVR,
  UART_FCR_ENABLE_FIFO,
  UART_IER,
  UART_IER_RDI,
  UART_IER_RLSI,
  UART_IIR,
  UART_IIR_NO_INT,
  UART_IIR_RLSI,
  UART_LCR,
  UART_LCR_DLAB,
  UART_LCR_SBC,
  UART_LCR_WLEN8,
  UART_LSR,
  UART_LSR_BI,
  UART_LSR_DR,
  UART_LSR_FIFOE,
  UART_LSR_OE,
  UART_MCR,
  UART_MCR_DTR,
  UART_MCR_LOOP,
  UART_MCR_OUT1,
  UART_MCR_OUT2,
  UART_MCR_RTS,
  UART_MSR,
  UART_MSR_CTS,
  UART_MSR_DCD,
  UART_MSR_DCTS,
  UART_MSR_DDCD,
  UART_MSR_DDSR,
  UART_MSR_DSR,
  UART_MSR_RI,
  UART_MSR_TERI,
  UART_RX,
  UART_SCR,
  UART_TX,
} from './uart-registers.js';

describe('16550A (PC16550D data sheet, registers)', () => {
  let uart: UartBench;

  beforeEach(() => {
    uart = new UartBench();
  });

  afterEach(() => {
    uart[Symbol.dispose]();
  });

  it('comes out of reset with the values of table I', () => {
    uart.set(0x0f);
    uart.out(UART_SCR, 0x55);
    uart.out(UART_LCR, UART_LCR_DLAB);
    uart.out(UART_DLL, 0x34);
    uart.uart.reset();
    const registers = [UART_IER, UART_IIR, UART_LCR, UART_MCR, UART_LSR, UART_MSR, UART_SCR];
    const connected = UART_MSR_CTS | UART_MSR_DSR | UART_MSR_DCD;
    expect(registers.map((register) => uart.in(register))).to.deep.equal([
      0,
      1,
      0,
      0,
      0x60,
      connected,
      0,
    ]);
    expect(uart.asserted).to.equal(false);
    uart.out(UART_LCR, UART_LCR_DLAB);
    expect(uart.in(UART_DLL)).to.equal(0);
  });

  it('DLAB puts the divisor over RBR, THR and IER (LCR bit 7, table II)', () => {
    uart.set(UART_IER_RDI);
    uart.out(UART_LCR, UART_LCR_DLAB | UART_LCR_WLEN8);
    uart.out(UART_DLL, 0x34);
    uart.out(UART_DLM, 0x12);
    expect([uart.in(UART_DLL), uart.in(UART_DLM)]).to.deep.equal([0x34, 0x12]);
    uart.out(UART_LCR, UART_LCR_WLEN8);
    expect(uart.in(UART_IER)).to.equal(UART_IER_RDI);
    expect(uart.sent).to.deep.equal([]);
  });

  it('bits that a 16550A does not have read as zero (table II)', () => {
    uart.out(UART_IER, 0xff);
    uart.out(UART_MCR, 0xff);
    expect(uart.in(UART_IER)).to.equal(0x0f);
    expect(uart.in(UART_MCR)).to.equal(0x1f);
  });

  it('what is written to THR is on the line, cut to the word length (LCR bits 0 and 1)', () => {
    for (const [length, sent] of [
      [0, 0x1f],
      [1, 0x3f],
      [2, 0x7f],
      [3, 0xff],
    ] as const) {
      uart.out(UART_LCR, length);
      uart.out(UART_TX, 0xff);
      expect(uart.sent.pop()).to.equal(sent);
    }
    expect(uart.in(UART_LSR)).to.equal(EMPTY);
  });

  it('FIFO mode shows in IIR bits 6 and 7; other bits of FCR count only together with bit 0', () => {
    uart.set(0);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_NO_INT);
    uart.line.send(bytes(3));
    uart.out(UART_FCR, UART_FCR_CLEAR_RCVR);
    expect(uart.in(UART_IIR)).to.equal(UART_IIR_NO_INT);
  });

  it('a change of mode empties the receiver, and so does its clear bit (FCR bits 0 and 1)', () => {
    uart.set(0);
    uart.line.send(bytes(3));
    uart.out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR);
    expect(uart.in(UART_LSR)).to.equal(EMPTY);
    uart.line.send(bytes(1));
    expect(uart.in(UART_LSR)).to.equal(EMPTY | UART_LSR_DR);
    uart.out(UART_FCR, 0);
    expect(uart.in(UART_LSR)).to.equal(EMPTY);
  });

  it('characters wait on the line for room and for RTS (own rule: the other side obeys RTS)', () => {
    uart.set(0, UART_MCR_DTR);
    uart.line.send(bytes(20));
    expect(uart.in(UART_LSR)).to.equal(EMPTY);
    expect(uart.line.room).to.equal(4096 - 20);
    uart.out(UART_MCR, READY);
    expect(uart.line.room).to.equal(4096 - 4);
    expect(uart.inMany(UART_RX, 20)).to.deep.equal([...bytes(20)]);
    expect(uart.in(UART_LSR)).to.equal(EMPTY);
  });

  it('without FIFO the receiver holds one character (FCR bit 0)', () => {
    uart.out(UART_MCR, READY);
    uart.line.send(bytes(3));
    expect(uart.line.room).to.equal(4096 - 2);
    expect(uart.inMany(UART_RX, 3)).to.deep.equal([1, 2, 3]);
  });

  it('an empty receiver reads as zero (own rule)', () => {
    uart.set(0);
    expect(uart.in(UART_RX)).to.equal(0);
  });

  it('an overrun in FIFO mode loses the new character (LSR bit 1)', () => {
    uart.set(0, LOOP);
    for (const byte of bytes(18)) {
      uart.out(UART_TX, byte);
    }
    expect(uart.in(UART_LSR)).to.equal(EMPTY | UART_LSR_DR | UART_LSR_OE);
    expect(uart.in(UART_LSR)).to.equal(EMPTY | UART_LSR_DR);
    expect(uart.inMany(UART_RX, 16)).to.deep.equal([...bytes(16)]);
    expect(uart.in(UART_LSR)).to.equal(EMPTY);
  });

  it('an overrun without FIFO loses the character before (LSR bit 1)', () => {
    uart.out(UART_LCR, UART_LCR_WLEN8);
    uart.out(UART_MCR, LOOP);
    uart.out(UART_TX, 1);
    uart.out(UART_TX, 2);
    expect(uart.in(UART_LSR)).to.equal(EMPTY | UART_LSR_DR | UART_LSR_OE);
    expect(uart.in(UART_RX)).to.equal(2);
    expect(uart.in(UART_LSR)).to.equal(EMPTY);
  });

  it('loopback: outputs drive inputs, of the ring only the trailing edge counts (MCR bit 4, MSR)', () => {
    uart.set(0, LOOP & ~UART_MCR_OUT2);
    for (const [output, rising, falling] of [
      [UART_MCR_RTS, UART_MSR_CTS | UART_MSR_DCTS, UART_MSR_DCTS],
      [UART_MCR_DTR, UART_MSR_DSR | UART_MSR_DDSR, UART_MSR_DDSR],
      [UART_MCR_OUT1, UART_MSR_RI, UART_MSR_TERI],
      [UART_MCR_OUT2, UART_MSR_DCD | UART_MSR_DDCD, UART_MSR_DDCD],
    ] as const) {
      uart.out(UART_MCR, UART_MCR_LOOP | output);
      expect(uart.in(UART_MSR)).to.equal(rising);
      uart.out(UART_MCR, UART_MCR_LOOP);
      expect(uart.in(UART_MSR)).to.equal(falling);
    }
  });

  it('loopback: nothing reaches the line, and what comes from it waits (MCR bit 4)', () => {
    uart.set(0, LOOP | UART_MCR_RTS);
    uart.line.send(Uint8Array.of(9));
    uart.out(UART_TX, 7);
    expect(uart.sent).to.deep.equal([]);
    expect(uart.inMany(UART_RX, 2)).to.deep.equal([7, 0]);
    uart.out(UART_MCR, READY);
    expect(uart.in(UART_RX)).to.equal(9);
  });

  it('a break is told when its zero byte is the next to be read, and once (LSR bits 4 and 7)', () => {
    uart.set(UART_IER_RLSI);
    uart.line.send(Uint8Array.of(1));
    uart.line.sendBreak();
    uart.line.send(Uint8Array.of(2));
    expect(uart.in(UART_LSR)).to.equal(EMPTY | UART_LSR_DR | UART_LSR_FIFOE);
    expect(uart.asserted).to.equal(false);
    expect(uart.in(UART_RX)).to.equal(1);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_RLSI);
    expect(uart.in(UART_LSR)).to.equal(EMPTY | UART_LSR_DR | UART_LSR_BI | UART_LSR_FIFOE);
    expect(uart.in(UART_LSR)).to.equal(EMPTY | UART_LSR_DR);
    expect(uart.asserted).to.equal(false);
    expect(uart.inMany(UART_RX, 2)).to.deep.equal([0, 2]);
  });

  it('set break sends one break, and nothing else as long as it is set (LCR bit 6)', () => {
    uart.set(0);
    uart.out(UART_LCR, UART_LCR_SBC | UART_LCR_WLEN8);
    uart.out(UART_LCR, UART_LCR_SBC | UART_LCR_WLEN8);
    uart.out(UART_TX, 1);
    uart.out(UART_LCR, UART_LCR_WLEN8);
    uart.out(UART_TX, 2);
    expect(uart.sent).to.deep.equal([BREAK, 2]);
  });

  it('SCR holds a byte (table II)', () => {
    uart.out(UART_SCR, 0xa5);
    expect(uart.in(UART_SCR)).to.equal(0xa5);
  });

  it('a wide access is served byte by byte (own rule)', () => {
    const data = new DataView(new ArrayBuffer(4));
    data.setUint32(0, 0x10000103, true);
    uart.uart.write(UART_LCR, data, 0, 1);
    uart.uart.write(UART_FCR, data, 1, 1);
    uart.uart.read(UART_IER, data, 0, 3);
    expect(data.getUint32(0, true) & 0xffffff).to.equal(0x03c100);
  });

  it('a line that sends more while it is drained keeps its order (own rule)', () => {
    uart.set(0);
    using _ = uart.line.onDrained(() => {
      if (uart.line.room === 4096 && next < 10) {
        uart.line.send(Uint8Array.of(next++));
      }
    });
    let next = 2;
    uart.line.send(Uint8Array.of(1));
    expect(uart.inMany(UART_RX, 9)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
