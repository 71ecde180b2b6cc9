import type { RangeHandler, RegisterPlace } from '@mdevkit/core';
import { BREAK, type Line } from './line.js';
import { ModemLines } from './modem-lines.js';
import { ReceiveFifo } from './receive-fifo.js';
import {
  UART_FCR,
  UART_FCR_CLEAR_RCVR,
  UART_FCR_ENABLE_FIFO,
  UART_FCR_R_TRIG_SHIFT,
  UART_IER,
  UART_IER_ALL_INTR,
  UART_IER_MSI,
  UART_IER_RDI,
  UART_IER_RLSI,
  UART_IER_THRI,
  UART_IIR,
  UART_IIR_FIFO_ENABLED_16550A,
  UART_IIR_MSI,
  UART_IIR_NO_INT,
  UART_IIR_RDI,
  UART_IIR_RLSI,
  UART_IIR_RX_TIMEOUT,
  UART_IIR_THRI,
  UART_LCR,
  UART_LCR_DLAB,
  UART_LCR_SBC,
  UART_LCR_WLEN8,
  UART_LSR,
  UART_LSR_BI,
  UART_LSR_DR,
  UART_LSR_FIFOE,
  UART_LSR_OE,
  UART_LSR_TEMT,
  UART_LSR_THRE,
  UART_MCR,
  UART_MCR_LOOP,
  UART_MCR_OUT2,
  UART_MCR_RTS,
  UART_MSR,
  UART_RX,
  UART_SCR,
  UART_TX,
} from './uart-registers.js';

/** Characters at which the receiver asks for attention, by the trigger bits of FCR. */
const triggerLevels = [1, 4, 8, 14] as const;
/** By offset. */
const registerNames = ['RX/TX', 'IER', 'IIR/FCR', 'LCR', 'MCR', 'LSR', 'MSR', 'SCR'] as const;
/** Bits of MCR that a 16550A has. */
const MCR_MASK = 0x1f;

/**
 * A 16550A. Its registers are bytes; a wider access is served byte by byte, in ascending order.
 *
 * It has no clock: what is written to the transmitter is on the line at once, so the transmitter is always
 * empty and the divisor is only stored; and a receiver that holds less than its trigger level reports the
 * character timeout at once, because the line has nothing more at that moment. Bytes wait on the line until
 * there is room and RTS is set, so they overrun in loopback only. There is no noise: no parity and no
 * framing errors.
 *
 * Source: PC16550D data sheet, tables I, II and IV; Linux drivers/tty/serial/8250/8250_port.c for what its driver
 * relies on.
 */
export class Uart16550 implements RangeHandler {
  readonly #line: Line;
  readonly #drive: (asserted: boolean) => void;
  readonly #receiver = new ReceiveFifo();
  readonly #modem = new ModemLines();
  #trigger = 1;
  #ier = 0;
  #lcr = 0;
  #mcr = 0;
  #scratch = 0;
  #divisor = 0;
  /** LSR_OE and LSR_BI since LSR was last read. */
  #errors = 0;
  /** The transmitter has become empty, and IIR has not said so yet. */
  #emptied = false;
  /** It is being asked what waits on the line. */
  #taking = false;

  /** `drive` is called with the level of the interrupt line, also when it is what it was. */
  constructor(line: Line, drive: (asserted: boolean) => void) {
    this.#line = line;
    this.#drive = drive;
  }

  /** Some are different registers by direction, and while the divisor is shown. */
  registerAt(offset: number): RegisterPlace | undefined {
    const name = registerNames[offset];
    return name === undefined
      ? undefined
      : { name, offset, width: 1, writable: !/^[LM]SR$/.test(name) };
  }

  read(offset: number, data: DataView, at: number, length: number): number {
    for (let i = 0; i < length; i++) {
      data.setUint8(at + i, this.#readRegister(offset + i));
    }
    this.#update();
    return length;
  }

  write(offset: number, data: DataView, at: number, length: number): number {
    for (let i = 0; i < length; i++) {
      this.#writeRegister(offset + i, data.getUint8(at + i));
    }
    this.#update();
    return length;
  }

  /** PC16550D data sheet, table I. */
  reset(): void {
    this.#receiver.setFifo(false);
    this.#modem.reset();
    this.#trigger = 1;
    this.#ier = 0;
    this.#lcr = 0;
    this.#mcr = 0;
    this.#scratch = 0;
    this.#divisor = 0;
    this.#errors = 0;
    this.#emptied = false;
    this.#drive(false);
  }

  /** The line has something to receive. */
  receivable(): void {
    this.#update();
  }

  /** Takes what there is room for, and drives the interrupt line. */
  #update(): void {
    if (this.#taking) {
      // The line calls back from within receive(); the loop below takes what has come.
      return;
    }
    this.#taking = true;
    try {
      this.#take();
    } finally {
      this.#taking = false;
    }
    // Most boards take OUT2 for the enable of the interrupt line (8250_port.c, serial8250_do_startup).
    this.#drive((this.#mcr & UART_MCR_OUT2) !== 0 && this.#cause() !== UART_IIR_NO_INT);
  }

  #take(): void {
    if ((this.#mcr & UART_MCR_RTS) === 0 || this.#looped) {
      return;
    }
    while (!this.#receiver.isFull) {
      const character = this.#line.receive();
      if (character === undefined) {
        return;
      }
      this.#store(character);
    }
  }

  get #looped(): boolean {
    return (this.#mcr & UART_MCR_LOOP) !== 0;
  }

  get #dlab(): boolean {
    return (this.#lcr & UART_LCR_DLAB) !== 0;
  }

  #readRegister(register: number): number {
    switch (register) {
      case UART_RX:
        return this.#dlab ? this.#divisor & 0xff : this.#readReceiver();
      case UART_IER:
        return this.#dlab ? this.#divisor >> 8 : this.#ier;
      case UART_IIR:
        return this.#readIdentification();
      case UART_LCR:
        return this.#lcr;
      case UART_MCR:
        return this.#mcr;
      case UART_LSR:
        return this.#readLineStatus();
      case UART_MSR:
        return this.#modem.read();
      default:
        return this.#scratch;
    }
  }

  #writeRegister(register: number, value: number): void {
    switch (register) {
      case UART_TX:
        if (this.#dlab) {
          this.#divisor = (this.#divisor & 0xff00) | value;
        } else {
          this.#send(value);
        }
        break;
      case UART_IER:
        if (this.#dlab) {
          this.#divisor = (this.#divisor & 0x00ff) | (value << 8);
        } else {
          this.#enable(value & UART_IER_ALL_INTR);
        }
        break;
      case UART_FCR:
        this.#controlFifo(value);
        break;
      case UART_LCR:
        this.#controlLine(value);
        break;
      case UART_MCR:
        this.#mcr = value & MCR_MASK;
        this.#modem.control(this.#mcr);
        break;
      case UART_SCR:
        this.#scratch = value;
        break;
    }
  }

  /** The interrupt of the highest priority, as IIR names it (PC16550D data sheet, table IV). */
  #cause(): number {
    if (this.#enabled(UART_IER_RLSI) && this.#errors !== 0) {
      return UART_IIR_RLSI;
    }
    if (this.#enabled(UART_IER_RDI) && this.#receiver.count > 0) {
      return this.#receiver.count >= this.#trigger ? UART_IIR_RDI : UART_IIR_RX_TIMEOUT;
    }
    if (this.#enabled(UART_IER_THRI) && this.#emptied) {
      return UART_IIR_THRI;
    }
    return this.#enabled(UART_IER_MSI) && this.#modem.changed ? UART_IIR_MSI : UART_IIR_NO_INT;
  }

  #enabled(interrupt: number): boolean {
    return (this.#ier & interrupt) !== 0;
  }

  /** Naming the transmitter is what ends its interrupt. */
  #readIdentification(): number {
    const cause = this.#cause();
    if (cause === UART_IIR_THRI) {
      this.#emptied = false;
    }
    return cause | (this.#receiver.hasFifo ? UART_IIR_FIFO_ENABLED_16550A : 0);
  }

  #readLineStatus(): number {
    const status =
      UART_LSR_THRE |
      UART_LSR_TEMT |
      this.#errors |
      (this.#receiver.count > 0 ? UART_LSR_DR : 0) |
      (this.#receiver.hasFifo && this.#receiver.hasBreak ? UART_LSR_FIFOE : 0);
    this.#errors = 0;
    this.#receiver.acknowledge();
    return status;
  }

  #readReceiver(): number {
    const byte = this.#receiver.shift();
    this.#noticeBreak();
    return byte;
  }

  #store(character: number): void {
    if (!this.#receiver.push(character)) {
      this.#errors |= UART_LSR_OE;
    }
    this.#noticeBreak();
  }

  /** A break is an error of the line when it is the next to be read. */
  #noticeBreak(): void {
    if (this.#receiver.isBreakNext) {
      this.#errors |= UART_LSR_BI;
    }
  }

  #send(value: number): void {
    const byte = value & (0xff >> (UART_LCR_WLEN8 - (this.#lcr & UART_LCR_WLEN8)));
    if (this.#looped) {
      this.#store(byte);
    } else if ((this.#lcr & UART_LCR_SBC) === 0) {
      this.#line.transmit(byte);
    }
    this.#emptied = true;
  }

  /** An empty transmitter interrupts also when its interrupt is enabled (8250_port.c, serial8250_do_startup). */
  #enable(ier: number): void {
    if ((ier & ~this.#ier & UART_IER_THRI) !== 0) {
      this.#emptied = true;
    }
    this.#ier = ier;
  }

  #controlFifo(fcr: number): void {
    const enabled = (fcr & UART_FCR_ENABLE_FIFO) !== 0;
    if (enabled !== this.#receiver.hasFifo) {
      this.#receiver.setFifo(enabled);
    }
    // Without the enable bit the others are not taken.
    this.#trigger = enabled ? (triggerLevels[fcr >> UART_FCR_R_TRIG_SHIFT] ?? 1) : 1;
    if (enabled && (fcr & UART_FCR_CLEAR_RCVR) !== 0) {
      this.#receiver.clear();
    }
  }

  #controlLine(lcr: number): void {
    if ((lcr & ~this.#lcr & UART_LCR_SBC) !== 0 && !this.#looped) {
      this.#line.transmit(BREAK);
    }
    this.#lcr = lcr;
  }
}
