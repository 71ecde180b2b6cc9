import { read32, write32 } from '@mdevkit/core';
import {
  PCI_BASE_ADDRESS_0,
  PCI_INTERRUPT_PIN,
  VFIO_PCI_BAR0_REGION_INDEX as BAR0,
  VFIO_PCI_BAR1_REGION_INDEX as BAR1,
  VFIO_PCI_BAR2_REGION_INDEX as BAR2,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { bridgeRegisters } from './bridge-registers.js';
import { IRQ_HIGH, IRQ_LOW, IRQ_PENDING } from './idio-16-registers.js';
import { LinuxClient } from './linux-client.test-support.js';
import { PinBoard } from './pin-board.js';

const INTCSR = bridgeRegisters.offsetOf('INTCSR');

describe('PCI-IDIO-16 (Linux drivers/gpio/gpio-pci-idio-16.c, gpio-idio-16.c)', () => {
  let linux: LinuxClient;

  beforeEach(async () => {
    linux = await LinuxClient.open();
  });

  afterEach(async () => {
    await linux[Symbol.asyncDispose]();
  });

  it('carries the ids that the driver binds to (gpio-pci-idio-16.c, idio_16_pci_dev_id)', async () => {
    expect(await read32(linux.device, CONFIG, 0)).to.equal(0x0dc8494f);
  });

  it('BAR 2 is 8 I/O ports, BAR 0 and 1 are those of the bridge (idio_16_probe, pci_bar_index)', async () => {
    const sizes = await Promise.all(
      [BAR0, BAR1, BAR2].map(async (bar) => (await linux.device.regionInfo(bar)).size),
    );
    expect(sizes).to.deep.equal([0x80, 0x80, 8]);
    const kinds = await Promise.all(
      [0, 4, 8].map(
        async (at) => (await read32(linux.device, CONFIG, PCI_BASE_ADDRESS_0 + at)) & 1,
      ),
    );
    expect(kinds).to.deep.equal([0, 1, 1]);
  });

  it('interrupts by INTA (idio_16_probe, pdev->irq)', async () => {
    expect((await read32(linux.device, CONFIG, PCI_INTERRUPT_PIN & ~3)) >> 8).to.equal(1);
  });

  it('outputs are written and read back, 0 .. 7 at 0 and 8 .. 15 at 4 (idio_16_reg_mask_xlate)', async () => {
    await linux.probe();
    await linux.write('OUT_LOW', 0x81);
    await linux.write('OUT_HIGH', 0x24);
    expect(linux.board.outputs).to.equal(0x2481);
    expect([await linux.read('OUT_LOW'), await linux.read('OUT_HIGH')]).to.deep.equal([0x81, 0x24]);
  });

  it('a watcher of the outputs sees each change and nothing else (own rule)', async () => {
    await linux.probe();
    const seen: number[] = [];
    using _ = linux.board.onOutputs((outputs) => seen.push(outputs));
    await linux.write('OUT_LOW', 1);
    await linux.write('OUT_LOW', 1);
    await linux.write('OUT_HIGH', 1);
    expect(seen).to.deep.equal([0x0001, 0x0101]);
  });

  it('inputs are read, 0 .. 7 at 1 and 8 .. 15 at 5, and cannot be written (idio_16_reg_mask_xlate)', async () => {
    await linux.probe();
    linux.board.inputs = 0xa55a;
    await linux.write('IN_LOW', 0xff);
    await linux.write('IN_HIGH', 0xff);
    expect([await linux.read('IN_LOW'), await linux.read('IN_HIGH')]).to.deep.equal([0x5a, 0xa5]);
  });

  it('a probed card does not interrupt before a line is unmasked (devm_idio_16_regmap_register)', async () => {
    await linux.probe();
    linux.board.setInput(3, true);
    expect(linux.interrupts).to.equal(0);
    expect(await linux.read('IRQ_STATUS')).to.equal(0);
  });

  it('an input that changes interrupts, on both edges (gpio-pci-idio-16.c, IRQ_TYPE_EDGE_BOTH)', async () => {
    await linux.probe();
    await linux.unmaskFirst();
    linux.board.setInput(3, true);
    expect(linux.interrupts).to.equal(1);
    expect(await linux.handleInterrupt()).to.equal(true);
    linux.board.setInput(3, false);
    expect(linux.interrupts).to.equal(2);
    expect(await linux.handleInterrupt()).to.equal(true);
    expect(await linux.handleInterrupt()).to.equal(false);
  });

  it('an input that is set to what it was does not interrupt (ACCES PCI-IDIO-16 manual, chapter 4)', async () => {
    linux.board.inputs = 8;
    await linux.probe();
    await linux.unmaskFirst();
    linux.board.setInput(3, true);
    expect(linux.interrupts).to.equal(0);
  });

  it('IRQ_STATUS says pending, and also which byte, for drivers that want it (gpio-pci-idio-16.c before 6.4)', async () => {
    await linux.probe();
    await linux.unmaskFirst();
    linux.board.setInput(0, true);
    expect(await linux.read('IRQ_STATUS')).to.equal(IRQ_PENDING | IRQ_LOW);
    linux.board.setInput(15, true);
    expect(await linux.read('IRQ_STATUS')).to.equal(IRQ_PENDING | IRQ_LOW | IRQ_HIGH);
  });

  it('the line stays asserted until a write to IN_LOW, of any value (IDIO_16_CLEAR_INTERRUPT)', async () => {
    await linux.probe();
    await linux.unmaskFirst();
    linux.board.setInput(0, true);
    await linux.write('IRQ_STATUS', 0xff);
    await linux.write('IN_HIGH', 0);
    expect(await linux.read('IRQ_STATUS')).to.not.equal(0);
    await linux.write('IN_LOW', 0);
    expect(await linux.read('IRQ_STATUS')).to.equal(0);
    expect(await linux.handleInterrupt()).to.equal(false);
    expect(linux.interrupts).to.equal(1);
  });

  it('a change before the acknowledgement is one interrupt, one after it another (handle_edge_irq)', async () => {
    await linux.probe();
    await linux.unmaskFirst();
    linux.board.setInput(0, true);
    linux.board.setInput(1, true);
    expect(linux.interrupts).to.equal(1);
    await linux.write('IN_LOW', 0);
    linux.board.setInput(1, false);
    // Masked automatically since it fired: the new interrupt comes at its end.
    expect(linux.interrupts).to.equal(1);
    await linux.handleInterrupt();
    expect(linux.interrupts).to.equal(1);
    linux.board.setInput(0, false);
    expect(linux.interrupts).to.equal(2);
  });

  it('masked, it is quiet, and what it had latched waits (idio_16_handle_mask_sync clears before it enables)', async () => {
    await linux.probe();
    await linux.unmaskFirst();
    linux.board.setInput(0, true);
    await linux.maskLast();
    expect(await linux.read('IRQ_STATUS')).to.equal(IRQ_PENDING | IRQ_LOW);
    linux.board.setInput(15, true);
    expect(await linux.read('IRQ_STATUS')).to.equal(IRQ_PENDING | IRQ_LOW);
    await linux.unmaskFirst();
    expect(await linux.read('IRQ_STATUS')).to.equal(0);
    expect(linux.interrupts).to.equal(1);
  });

  it('filters: a read of 3 activates all, a write deactivates them; 7 shows them (manual, chapter 4)', async () => {
    await linux.probe();
    await linux.write('FILTER', 0x0f);
    expect(await linux.read('FILTER')).to.equal(0x0f);
    await linux.read('FILTER_CONTROL');
    await linux.write('FILTER', 0x01);
    expect(await linux.read('FILTER')).to.equal(0xff);
    await linux.write('FILTER_CONTROL', 0xff);
    expect(await linux.read('FILTER')).to.equal(0);
  });

  for (const [name, bar] of [
    ['memory', BAR0],
    ['I/O', BAR1],
  ] as const) {
    it(`the bridge lets the interrupt through and can stop it, by ${name} (comedi/drivers/plx9052.h)`, async () => {
      await linux.probe();
      await linux.unmaskFirst();
      expect(await read32(linux.device, bar, INTCSR)).to.equal(0x43);
      await write32(linux.device, bar, INTCSR, 0x03);
      linux.board.setInput(0, true);
      expect(linux.interrupts).to.equal(0);
      expect(await read32(linux.device, bar, INTCSR)).to.equal(0x07);
      await write32(linux.device, bar, INTCSR, 0x42);
      expect(linux.interrupts).to.equal(0);
      await write32(linux.device, bar, INTCSR, 0x43);
      expect(linux.interrupts).to.equal(1);
    });
  }

  it('a reset turns the outputs off and forgets the interrupt (own rule)', async () => {
    await linux.probe();
    await linux.unmaskFirst();
    await linux.write('OUT_LOW', 0xff);
    linux.board.setInput(0, true);
    await linux.device.reset();
    expect(linux.board.outputs).to.equal(0);
    await linux.enableBars();
    expect(await linux.read('OUT_LOW')).to.equal(0);
    expect(await linux.read('IRQ_STATUS')).to.equal(0);
    linux.board.setInput(0, false);
    expect(await linux.read('IRQ_STATUS')).to.equal(0);
  });

  it('a reset deactivates the filters (own rule)', async () => {
    await linux.probe();
    await linux.read('FILTER_CONTROL');
    await linux.device.reset();
    await linux.enableBars();
    expect(await linux.read('FILTER')).to.equal(0);
    await linux.write('FILTER', 0x0f);
    expect(await linux.read('FILTER')).to.equal(0x0f);
  });

  it('inputs that were set before the card was opened have not changed (own rule)', async () => {
    const board = new PinBoard();
    board.inputs = 0xff00;
    await using other = await LinuxClient.open(board);
    await other.probe();
    await other.unmaskFirst();
    board.setInput(0, true);
    expect(await other.read('IRQ_STATUS')).to.equal(IRQ_PENDING | IRQ_LOW);
  });

  it('a card that nobody has open drives nothing (own rule)', async () => {
    await linux.probe();
    await linux.write('OUT_HIGH', 0xff);
    await linux.device.close();
    expect(linux.board.outputs).to.equal(0);
  });
});
