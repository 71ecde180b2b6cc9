import { defineDriver } from '@mdevkit/core';
import type { Line } from './line.js';
import { SerialPort } from './serial-port.js';

/** One port, wired to `line`. */
export function serialDriver(line: Line): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'serial',
    deviceApi: 'vfio-pci',
    types: [{ id: '16550a', name: 'PCI serial port, 16550A' }],
    parents: [{ name: 'serial0', capacity: 1 }],
    model: (services) => new SerialPort(line, services),
  });
}
