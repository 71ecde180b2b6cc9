import { bindIrqs, irqCallback, MdevHost, unmaskIrq, write32, type Device } from '@mdevkit/core';
import {
  PCI_COMMAND,
  PCI_COMMAND_IO,
  VFIO_PCI_BAR0_REGION_INDEX as BAR0,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
  VFIO_PCI_INTX_IRQ_INDEX as INTX,
} from '@mdevkit/uapi';
import { serialDriver } from './driver.js';
import { HostLine, type HostLineOptions } from './host-line.js';
import {
  UART_DLL,
  UART_DLM,
  UART_FCR,
  UART_FCR_CLEAR_RCVR,
  UART_FCR_CLEAR_XMIT,
  UART_FCR_ENABLE_FIFO,
  UART_IER,
  UART_IER_RDI,
  UART_IER_RLSI,
  UART_IER_THRI,
  UART_IIR,
  UART_IIR_NO_INT,
  UART_LCR,
  UART_LCR_DLAB,
  UART_LCR_WLEN8,
  UART_LSR,
  UART_LSR_BI,
  UART_LSR_DR,
  UART_LSR_TEMT,
  UART_LSR_THRE,
  UART_MCR,
  UART_MCR_DTR,
  UART_MCR_LOOP,
  UART_MCR_OUT2,
  UART_MCR_RTS,
  UART_MSR,
  UART_RX,
  UART_TX,
} from './uart-registers.js';

const TX_LOAD = 16;

/** What Linux does with the port (drivers/tty/serial/8250/8250_port.c), and the other end of its line. */
export class Linux8250 implements AsyncDisposable {
  readonly line: HostLine;
  readonly device: Device;
  /** Bytes for user space, and how many interrupts there were. */
  readonly received: number[] = [];
  breaks = 0;
  interrupts = 0;
  readonly #host: MdevHost;
  readonly #transmit: number[] = [];
  #ier = 0;
  #due = false;

  private constructor(host: MdevHost, device: Device, line: HostLine) {
    this.#host = host;
    this.device = device;
    this.line = line;
  }

  /** 8250_pci.c, pciserial_init_one. */
  static async probe(options?: HostLineOptions): Promise<Linux8250> {
    const line = new HostLine(options);
    const host = new MdevHost();
    await host.load(serialDriver(line));
    const { uuid } = await host.create({ parent: 'serial0', type: 'serial-16550a' });
    const linux = new Linux8250(host, await host.open(uuid), line);
    await write32(linux.device, CONFIG, PCI_COMMAND, PCI_COMMAND_IO);
    return linux;
  }

  /** autoconfig, first part: whether there is a UART at all. */
  async exists(): Promise<boolean> {
    const ier = await this.in(UART_IER);
    await this.out(UART_IER, 0);
    const none = (await this.in(UART_IER)) & 0x0f;
    await this.out(UART_IER, 0x0f);
    const all = (await this.in(UART_IER)) & 0x0f;
    await this.out(UART_IER, ier);
    const mcr = await this.in(UART_MCR);
    await this.out(UART_MCR, UART_MCR_LOOP | UART_MCR_OUT2 | UART_MCR_RTS);
    const looped = (await this.in(UART_MSR)) & 0xf0;
    await this.out(UART_MCR, mcr);
    return none === 0 && all === 0x0f && looped === 0x90;
  }

  /** autoconfig, autoconfig_16550a: which UART it is. */
  async type(): Promise<string> {
    await this.out(UART_LCR, 0xbf);
    await this.out(UART_FCR, 0);
    await this.out(UART_LCR, 0);
    await this.out(UART_FCR, UART_FCR_ENABLE_FIFO);
    if ((await this.in(UART_IIR)) >> 6 !== 3) {
      return 'older than 16550A';
    }
    for (const mode of [UART_LCR_DLAB, 0xbf]) {
      await this.out(UART_LCR, mode);
      if ((await this.in(UART_IIR)) === 0) {
        return 'with EFR';
      }
    }
    const wide = [await this.#fifo64(0), await this.#fifo64(UART_LCR_DLAB)];
    await this.out(UART_IER, 0x40);
    if ((await this.in(UART_IER)) !== 0) {
      return 'XScale';
    }
    await this.out(UART_IER, 0);
    return wide[0] === 6 && wide[1] === 7 ? '16750' : '16550A';
  }

  /** size_fifo. */
  async fifoSize(): Promise<number> {
    await this.out(UART_LCR, 0);
    await this.out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT);
    await this.out(UART_MCR, UART_MCR_LOOP);
    await this.out(UART_LCR, UART_LCR_WLEN8);
    for (let i = 0; i < 256; i++) {
      await this.out(UART_TX, i);
    }
    let count = 0;
    while (((await this.in(UART_LSR)) & UART_LSR_DR) !== 0 && count < 256) {
      await this.in(UART_RX);
      count += 1;
    }
    await this.out(UART_MCR, 0);
    return count;
  }

  /** serial8250_do_startup: what is wrong with the transmitter's interrupt. */
  async startup(): Promise<readonly string[]> {
    const bugs: string[] = [];
    await this.#clearFifos();
    await this.#clearInterrupts();
    const first = await this.#identifyWith(UART_IER_THRI);
    const second = await this.#identifyWith(UART_IER_THRI);
    if ((first & UART_IIR_NO_INT) === 0 && (second & UART_IIR_NO_INT) !== 0) {
      bugs.push('UART_BUG_THRE');
    }
    await bindIrqs(this.device, INTX, [
      irqCallback(() => {
        this.interrupts += 1;
        this.#due = true;
      }),
    ]);
    await this.out(UART_LCR, UART_LCR_WLEN8);
    await this.out(UART_MCR, UART_MCR_OUT2);
    const empty = (await this.in(UART_LSR)) & UART_LSR_TEMT;
    if (empty !== 0 && ((await this.#identifyWith(UART_IER_THRI)) & UART_IIR_NO_INT) !== 0) {
      bugs.push('UART_BUG_TXEN');
    }
    await this.#clearInterrupts();
    await this.#setTermios();
    return bugs;
  }

  /** serial8250_start_tx, and the interrupts that follow. */
  async send(bytes: Iterable<number>): Promise<void> {
    this.#transmit.push(...bytes);
    await this.#enable(this.#ier | UART_IER_THRI);
    await this.serve();
  }

  /** Handles interrupts until there are none, as serial8250_interrupt does. */
  async serve(): Promise<void> {
    while (this.#due) {
      this.#due = false;
      const iir = await this.in(UART_IIR);
      if ((iir & UART_IIR_NO_INT) === 0) {
        await this.#handle();
      }
      await unmaskIrq(this.device, INTX);
    }
  }

  /** serial8250_throttle by RTS, as CRTSCTS has it, and its undoing. */
  async throttle(stop: boolean): Promise<void> {
    await this.out(UART_MCR, UART_MCR_OUT2 | UART_MCR_DTR | (stop ? 0 : UART_MCR_RTS));
    await this.serve();
  }

  /** serial8250_do_shutdown. */
  async shutdown(): Promise<void> {
    await this.#enable(0);
    await this.out(UART_MCR, 0);
    await this.#clearFifos();
    await this.in(UART_RX);
  }

  async in(register: number): Promise<number> {
    const byte = new Uint8Array(1);
    await this.device.read(BAR0, register, byte);
    return byte[0] ?? 0;
  }

  async out(register: number, value: number): Promise<void> {
    await this.device.write(BAR0, register, Uint8Array.of(value));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.device.close();
    await this.#host[Symbol.asyncDispose]();
  }

  /** serial8250_handle_irq. */
  async #handle(): Promise<void> {
    let lsr = await this.in(UART_LSR);
    while ((lsr & (UART_LSR_DR | UART_LSR_BI)) !== 0) {
      const byte = await this.in(UART_RX);
      if ((lsr & UART_LSR_BI) !== 0) {
        this.breaks += 1;
      } else {
        this.received.push(byte);
      }
      lsr = await this.in(UART_LSR);
    }
    await this.in(UART_MSR);
    if ((lsr & UART_LSR_THRE) !== 0 && (this.#ier & UART_IER_THRI) !== 0) {
      for (const byte of this.#transmit.splice(0, TX_LOAD)) {
        await this.out(UART_TX, byte);
      }
      if (this.#transmit.length === 0) {
        await this.#enable(this.#ier & ~UART_IER_THRI);
      }
    }
  }

  async #fifo64(lcr: number): Promise<number> {
    await this.out(UART_LCR, lcr);
    await this.out(UART_FCR, UART_FCR_ENABLE_FIFO | 0x20);
    const bits = (await this.in(UART_IIR)) >> 5;
    await this.out(UART_FCR, UART_FCR_ENABLE_FIFO);
    await this.out(UART_LCR, 0);
    return bits;
  }

  async #identifyWith(ier: number): Promise<number> {
    await this.out(UART_IER, ier);
    const iir = await this.in(UART_IIR);
    await this.out(UART_IER, 0);
    return iir;
  }

  async #enable(ier: number): Promise<void> {
    this.#ier = ier;
    await this.out(UART_IER, ier);
  }

  async #clearFifos(): Promise<void> {
    await this.out(UART_FCR, UART_FCR_ENABLE_FIFO);
    await this.out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT);
    await this.out(UART_FCR, 0);
  }

  async #clearInterrupts(): Promise<void> {
    for (const register of [UART_LSR, UART_RX, UART_IIR, UART_MSR]) {
      await this.in(register);
    }
  }

  /** serial8250_do_set_termios at 115200 baud, then uart_dtr_rts. */
  async #setTermios(): Promise<void> {
    await this.#enable(UART_IER_RLSI | UART_IER_RDI);
    await this.out(UART_LCR, UART_LCR_WLEN8 | UART_LCR_DLAB);
    await this.out(UART_DLL, 1);
    await this.out(UART_DLM, 0);
    await this.out(UART_LCR, UART_LCR_WLEN8);
    await this.out(UART_FCR, UART_FCR_ENABLE_FIFO);
    await this.out(UART_FCR, UART_FCR_ENABLE_FIFO | 0x80);
    await this.throttle(false);
  }
}
