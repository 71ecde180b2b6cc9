import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { bytes, EMPTY, FIFO_ON, LOOP, UartBench } from './uart-bench.test-support.js';
import {
  UART_FCR,
  UART_FCR_ENABLE_FIFO,
  UART_IER,
  UART_IER_MSI,
  UART_IER_RDI,
  UART_IER_RLSI,
  UART_IER_THRI,
  UART_IIR,
  UART_IIR_MSI,
  UART_IIR_NO_INT,
  UART_IIR_RDI,
  UART_IIR_RLSI,
  UART_IIR_RX_TIMEOUT,
  UART_IIR_THRI,
  UART_LSR,
  UART_LSR_DR,
  UART_LSR_OE,
  UART_MCR,
  UART_MCR_DTR,
  UART_MCR_OUT2,
  UART_MCR_RTS,
  UART_MSR,
  UART_MSR_DCD,
  UART_MSR_DDSR,
  UART_MSR_DSR,
  UART_RX,
  UART_TX,
} from './uart-registers.js';

describe('interrupts of the 16550A (PC16550D data sheet, table IV)', () => {
  let uart: UartBench;

  beforeEach(() => {
    uart = new UartBench();
  });

  afterEach(() => {
    uart[Symbol.dispose]();
  });

  for (const [bits, level] of [
    [0x00, 1],
    [0x40, 4],
    [0x80, 8],
    [0xc0, 14],
  ] as const) {
    it(`trigger bits ${bits}: data available from ${level} characters on, timeout below (FCR bits 6 and 7, table IV)`, () => {
      uart.set(UART_IER_RDI);
      uart.out(UART_FCR, bits | UART_FCR_ENABLE_FIFO);
      if (level > 1) {
        uart.line.send(bytes(level - 1));
        expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_RX_TIMEOUT);
        expect(uart.asserted).to.equal(true);
      }
      uart.line.send(bytes(1));
      expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_RDI);
      uart.inMany(UART_RX, level);
      expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_NO_INT);
      expect(uart.asserted).to.equal(false);
    });
  }

  it('THRE interrupts once: reading IIR ends it, and so does the next character (table IV)', () => {
    uart.set(UART_IER_THRI);
    expect(uart.asserted).to.equal(true);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_THRI);
    expect(uart.asserted).to.equal(false);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_NO_INT);
    uart.out(UART_TX, 65);
    expect(uart.asserted).to.equal(true);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_THRI);
  });

  it('an IIR that names something else does not end THRE (table IV)', () => {
    uart.set(UART_IER_THRI | UART_IER_RDI);
    uart.line.send(bytes(1));
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_RX_TIMEOUT);
    uart.in(UART_RX);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_THRI);
  });

  it('writing IER again without a new THRE enable raises nothing (IER bit 1)', () => {
    uart.set(UART_IER_THRI);
    uart.in(UART_IIR);
    uart.out(UART_IER, UART_IER_THRI | UART_IER_RDI);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_NO_INT);
  });

  it('four causes, in the priorities of table IV, each ended by its own register', () => {
    uart.set(0x0f, LOOP);
    uart.out(UART_MCR, LOOP | UART_MCR_DTR);
    for (const byte of bytes(17)) {
      uart.out(UART_TX, byte);
    }
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_RLSI);
    expect(uart.in(UART_LSR)).to.equal(EMPTY | UART_LSR_DR | UART_LSR_OE);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_RDI);
    uart.inMany(UART_RX, 16);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_THRI);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_MSI);
    expect(uart.asserted).to.equal(true);
    expect(uart.in(UART_MSR)).to.equal(UART_MSR_DSR | UART_MSR_DDSR | UART_MSR_DCD);
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_NO_INT);
    expect(uart.asserted).to.equal(false);
  });

  it('a cause that is not enabled does not interrupt (IER bits 0 to 3)', () => {
    uart.set(0, LOOP);
    uart.out(UART_MCR, LOOP | UART_MCR_DTR);
    for (const byte of bytes(17)) {
      uart.out(UART_TX, byte);
    }
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_NO_INT);
    for (const [ier, cause] of [
      [UART_IER_MSI, UART_IIR_MSI],
      [UART_IER_RDI, UART_IIR_RDI],
      [UART_IER_RLSI, UART_IIR_RLSI],
    ] as const) {
      uart.out(UART_IER, ier);
      expect(uart.in(UART_IIR)).to.equal(FIFO_ON | cause);
    }
  });

  it('the line follows OUT2 (8250_port.c, serial8250_do_startup)', () => {
    uart.set(UART_IER_RDI, UART_MCR_RTS);
    uart.line.send(bytes(1));
    expect(uart.in(UART_IIR)).to.equal(FIFO_ON | UART_IIR_RX_TIMEOUT);
    expect(uart.asserted).to.equal(false);
    uart.out(UART_MCR, UART_MCR_RTS | UART_MCR_OUT2);
    expect(uart.asserted).to.equal(true);
    uart.out(UART_MCR, UART_MCR_RTS);
    expect(uart.asserted).to.equal(false);
  });
});
