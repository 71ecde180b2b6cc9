import { DisposableStore } from '@mdevkit/core';
import { HostLine, type HostLineOptions } from './host-line.js';
import { Uart16550 } from './uart-16550.js';
import { UART_SIZE } from './uart-registers.js';

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

  /** Reads a register `count` times. */
  inMany(register: number, count: number): number[] {
    return Array.from({ length: count }, () => this.in(register));
  }

  [Symbol.dispose](): void {
    this.#wires[Symbol.dispose]();
  }
}
