import { DisposableStore } from '@mdevkit/core';
import { HostLine, type HostLineOptions } from './host-line.js';
import { Uart16550 } from './uart-16550.js';
import {
  UART_FCR,
  UART_FCR_ENABLE_FIFO,
  UART_IER,
  UART_LCR,
  UART_LCR_WLEN8,
  UART_LSR_TEMT,
  UART_LSR_THRE,
  UART_MCR,
  UART_MCR_DTR,
  UART_MCR_LOOP,
  UART_MCR_OUT2,
  UART_MCR_RTS,
  UART_MSR,
  UART_SIZE,
} from './uart-registers.js';

/** IIR: the FIFOs are on. */
export const FIFO_ON = 0xc0;
/** LSR: nothing is left to send. */
export const EMPTY = UART_LSR_THRE | UART_LSR_TEMT;
/** MCR: ready to receive, interrupts reach the line. */
export const READY = UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2;
/** MCR: what is sent comes back. */
export const LOOP = UART_MCR_LOOP | UART_MCR_OUT2;

/** 1, 2, 3, … */
export function bytes(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => i + 1);
}

/** A UART with both of its sides in the hands of a test. */
export class UartBench implements Disposable {
  readonly line: HostLine;
  readonly uart: Uart16550;
  /** What the UART has sent. */
  readonly sent: number[] = [];
  /** Level of the interrupt line. */
  asserted = false;
  readonly #wires = new DisposableStore();
  readonly #data = new DataView(new ArrayBuffer(UART_SIZE));

  constructor(options?: HostLineOptions) {
    this.line = new HostLine(options);
    this.uart = new Uart16550(this.line, (asserted) => {
      this.asserted = asserted;
    });
    this.#wires.add(this.line.onReceivable(() => this.uart.receivable()));
    this.#wires.add(this.line.onTransmitted((character) => this.sent.push(character)));
  }

  in(register: number): number {
    this.uart.read(register, this.#data, 0, 1);
    return this.#data.getUint8(0);
  }

  out(register: number, value: number): void {
    this.#data.setUint8(0, value);
    this.uart.write(register, this.#data, 0, 1);
  }

  /** 8 bits, FIFO with a trigger level of 8, ready to receive. */
  set(ier: number, mcr = READY): void {
    this.out(UART_LCR, UART_LCR_WLEN8);
    this.out(UART_FCR, 0x80 | UART_FCR_ENABLE_FIFO);
    this.out(UART_MCR, mcr);
    this.in(UART_MSR);
    this.out(UART_IER, ier);
  }

  /** Reads a register `count` times. */
  inMany(register: number, count: number): number[] {
    return Array.from({ length: count }, () => this.in(register));
  }

  [Symbol.dispose](): void {
    this.#wires[Symbol.dispose]();
  }
}
