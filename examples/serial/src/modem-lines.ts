import {
  UART_MCR_DTR,
  UART_MCR_LOOP,
  UART_MCR_OUT1,
  UART_MCR_OUT2,
  UART_MCR_RTS,
  UART_MSR_CTS,
  UART_MSR_DCD,
  UART_MSR_DCTS,
  UART_MSR_DDCD,
  UART_MSR_DDSR,
  UART_MSR_DSR,
  UART_MSR_RI,
  UART_MSR_TERI,
} from './uart-registers.js';

/** The other side is there, and ready: it is a program. */
const connected = UART_MSR_CTS | UART_MSR_DSR | UART_MSR_DCD;

/** In loopback, which output drives which input. */
const loops = [
  [UART_MCR_RTS, UART_MSR_CTS],
  [UART_MCR_DTR, UART_MSR_DSR],
  [UART_MCR_OUT1, UART_MSR_RI],
  [UART_MCR_OUT2, UART_MSR_DCD],
] as const;

/**
 * The modem status: four inputs, and whether each has changed since it was last read.
 *
 * Source: PC16550D data sheet, modem control register (bit 4 is loopback) and modem status register.
 */
export class ModemLines {
  #inputs = connected;
  #changes = 0;

  /** Whether an input has changed. */
  get changed(): boolean {
    return this.#changes !== 0;
  }

  /** MSR; reading it forgets the changes. */
  read(): number {
    const status = this.#inputs | this.#changes;
    this.#changes = 0;
    return status;
  }

  /** The modem control register has this value now. */
  control(mcr: number): void {
    const before = this.#inputs;
    this.#inputs = (mcr & UART_MCR_LOOP) === 0 ? connected : looped(mcr);
    const changed = before ^ this.#inputs;
    this.#note(changed & UART_MSR_CTS, UART_MSR_DCTS);
    this.#note(changed & UART_MSR_DSR, UART_MSR_DDSR);
    this.#note(changed & UART_MSR_DCD, UART_MSR_DDCD);
    // Of the ring indicator only the trailing edge counts.
    this.#note(changed & before & UART_MSR_RI, UART_MSR_TERI);
  }

  reset(): void {
    this.#inputs = connected;
    this.#changes = 0;
  }

  #note(changed: number, bit: number): void {
    if (changed !== 0) {
      this.#changes |= bit;
    }
  }
}

function looped(mcr: number): number {
  let inputs = 0;
  for (const [output, input] of loops) {
    inputs |= (mcr & output) === 0 ? 0 : input;
  }
  return inputs;
}
