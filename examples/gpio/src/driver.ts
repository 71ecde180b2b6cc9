import { defineDriver } from '@mdevkit/core';
import { Idio16 } from './idio-16.js';
import type { Pins } from './pins.js';

/** One card, wired to `pins`. */
export function gpioDriver(pins: Pins): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'gpio',
    deviceApi: 'vfio-pci',
    types: [{ id: 'idio16', name: 'ACCES PCI-IDIO-16' }],
    parents: [{ name: 'gpio0', capacity: 1 }],
    model: (services) => new Idio16(pins, services),
  });
}
