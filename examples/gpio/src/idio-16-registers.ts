import { registerLayout } from '@mdevkit/core';
import { pciLayout } from '@mdevkit/pci';

/**
 * The registers of the card, all of BAR 2. Three of them are commands: it is the access that counts, not
 * the value.
 *
 * Source: Linux drivers/gpio/gpio-idio-16.c and gpio-pci-idio-16.c; ACCES PCI-IDIO-16 manual, chapter 4.
 */
export const idioRegisters = registerLayout('idio-16', 8, [
  { name: 'OUT_LOW', offset: 0, width: 1, access: 'rw', description: 'outputs 0 .. 7' },
  {
    name: 'IN_LOW',
    offset: 1,
    width: 1,
    access: 'ro',
    description: 'inputs 0 .. 7; a write clears the interrupt',
  },
  {
    name: 'IRQ_CONTROL',
    offset: 2,
    width: 1,
    access: 'ro',
    description: 'a read enables the interrupt, a write disables it',
  },
  {
    name: 'FILTER_CONTROL',
    offset: 3,
    width: 1,
    access: 'ro',
    description: 'a read activates all filters, a write deactivates them',
  },
  { name: 'OUT_HIGH', offset: 4, width: 1, access: 'rw', description: 'outputs 8 .. 15' },
  { name: 'IN_HIGH', offset: 5, width: 1, access: 'ro', description: 'inputs 8 .. 15' },
  { name: 'IRQ_STATUS', offset: 6, width: 1, access: 'ro' },
  { name: 'FILTER', offset: 7, width: 1, access: 'rw', description: 'filters of inputs 0 .. 7' },
]);

/** Bits of IRQ_STATUS. The driver asks for PENDING; drivers before Linux 6.4 for one of the others, too. */
export const IRQ_LOW = 0x01;
export const IRQ_HIGH = 0x02;
export const IRQ_PENDING = 0x04;

/**
 * A PCI card, older than PCI Express: I/O ports, one interrupt line, no capabilities. The driver goes by
 * vendor and device alone.
 */
export const idioLayout = pciLayout({
  vendorId: 0x494f,
  deviceId: 0x0dc8,
  subsystemVendorId: 0x494f,
  subsystemId: 0x0dc8,
  classCode: 0x118000,
  interruptPin: 1,
  bars: {
    0: { size: 0x80, name: 'bridge' },
    1: { size: 0x80, kind: 'io', name: 'bridge-io' },
    2: { size: idioRegisters.size, kind: 'io', name: 'registers' },
  },
});
