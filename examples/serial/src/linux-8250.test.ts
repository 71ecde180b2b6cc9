import { read32, write32 } from '@mdevkit/core';
import {
  PCI_BASE_ADDRESS_0,
  PCI_CLASS_REVISION,
  PCI_COMMAND,
  PCI_COMMAND_IO,
  PCI_INTERRUPT_PIN,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Linux8250 } from './linux-8250.test-support.js';
import { UART_LCR, UART_LCR_SBC, UART_MCR, UART_MCR_OUT2, UART_SCR } from './uart-registers.js';

const text = new TextEncoder();

describe('serial port, as Linux drives it (drivers/tty/serial/8250)', () => {
  let linux: Linux8250;
  let sent: number[];
  let watch: Disposable;

  beforeEach(async () => {
    linux = await Linux8250.probe();
    sent = [];
    watch = linux.line.onTransmitted((character) => sent.push(character));
  });

  afterEach(async () => {
    watch[Symbol.dispose]();
    await linux[Symbol.asyncDispose]();
  });

  it('is bound by its class, with one I/O BAR of 8 bytes (8250_pci.c, serial_pci_guess_board)', async () => {
    expect((await read32(linux.device, CONFIG, PCI_CLASS_REVISION)) >>> 8).to.equal(0x070002);
    const bars = await Promise.all(
      [0, 4, 8, 12, 16, 20].map((at) => read32(linux.device, CONFIG, PCI_BASE_ADDRESS_0 + at)),
    );
    expect(bars).to.deep.equal([1, 0, 0, 0, 0, 0]);
    expect((await linux.device.regionInfo(0)).size).to.equal(8);
  });

  it('interrupts by INTA (8250_pci.c, pciserial_init_ports)', async () => {
    expect((await read32(linux.device, CONFIG, PCI_INTERRUPT_PIN & ~3)) >> 8).to.equal(1);
  });

  it('passes for a UART (8250_port.c, autoconfig)', async () => {
    expect(await linux.exists()).to.equal(true);
  });

  it('passes for a 16550A and nothing newer (8250_port.c, autoconfig_16550a)', async () => {
    expect(await linux.type()).to.equal('16550A');
  });

  it('has a FIFO of 16 (8250_port.c, size_fifo)', async () => {
    expect(await linux.fifoSize()).to.equal(16);
    expect(sent).to.deep.equal([]);
  });

  it('has no bug that startup looks for (8250_port.c, serial8250_do_startup)', async () => {
    expect(await linux.startup()).to.deep.equal([]);
    expect(linux.interrupts).to.be.greaterThan(0);
  });

  it('sends everything, 16 bytes for each interrupt (8250_port.c, serial8250_tx_chars)', async () => {
    await linux.startup();
    await linux.serve();
    const message = text.encode('a line that is longer than two FIFOs\n');
    const before = linux.interrupts;
    await linux.send(message);
    expect(sent).to.deep.equal([...message]);
    expect(linux.interrupts - before).to.equal(Math.ceil(message.length / 16));
  });

  it('receives everything, in order (8250_port.c, serial8250_rx_chars)', async () => {
    await linux.startup();
    const message = text.encode('x'.repeat(100) + 'end\n');
    linux.line.send(message);
    await linux.serve();
    expect(linux.received).to.deep.equal([...message]);
  });

  it('what comes before the port is opened is not lost: RTS is not set yet (serial_core.c, uart_dtr_rts)', async () => {
    linux.line.send(text.encode('early'));
    await linux.startup();
    await linux.serve();
    expect(linux.received).to.deep.equal([...text.encode('early')]);
  });

  it('a throttled port leaves the rest on the line (8250_port.c, serial8250_throttle)', async () => {
    await linux.startup();
    await linux.throttle(true);
    expect(linux.line.send(text.encode('later'))).to.equal(5);
    await linux.serve();
    expect(linux.received).to.deep.equal([]);
    await linux.throttle(false);
    expect(linux.received).to.deep.equal([...text.encode('later')]);
  });

  it('both directions at once: an echo on the other side (8250_port.c, serial8250_handle_irq)', async () => {
    await linux.startup();
    using _ = linux.line.onTransmitted((character) => linux.line.send(Uint8Array.of(character)));
    const message = Array.from({ length: 200 }, (_unused, i) => i);
    await linux.send(message);
    expect(linux.received).to.deep.equal(message);
  });

  it('a break arrives as a break (8250_port.c, serial8250_read_char)', async () => {
    await linux.startup();
    linux.line.send(text.encode('a'));
    linux.line.sendBreak();
    linux.line.send(text.encode('b'));
    await linux.serve();
    expect(linux.breaks).to.equal(1);
    expect(linux.received).to.deep.equal([...text.encode('ab')]);
  });

  it('a closed port is quiet (8250_port.c, serial8250_do_shutdown)', async () => {
    await linux.startup();
    await linux.shutdown();
    await linux.serve();
    const before = linux.interrupts;
    linux.line.send(text.encode('nobody'));
    await linux.serve();
    expect(linux.interrupts).to.equal(before);
    expect(linux.received).to.deep.equal([]);
  });

  it('a reset gives a new UART, and leaves the line alone (own rule)', async () => {
    await linux.startup();
    await linux.out(UART_SCR, 7);
    await linux.out(UART_MCR, UART_MCR_OUT2);
    await linux.out(UART_LCR, UART_LCR_SBC);
    linux.line.send(text.encode('kept'));
    await linux.device.reset();
    await write32(linux.device, CONFIG, PCI_COMMAND, PCI_COMMAND_IO);
    expect(await linux.in(UART_SCR)).to.equal(0);
    expect(await linux.in(UART_LCR)).to.equal(0);
    expect(linux.line.room).to.equal(4096 - 4);
  });

  it('a port that nobody has open receives nothing (own rule)', async () => {
    await linux.startup();
    await linux.device.close();
    linux.line.send(text.encode('kept'));
    expect(linux.line.room).to.equal(4096 - 4);
  });
});
