import { registerLayout, registerRegion, type DeviceModel, type Region } from '@mdevkit/core';
import { inject, injectable } from 'inversify';
import { TicketOffice } from './ticket-office.js';

const layout = registerLayout('window', 4, [
  { name: 'NEXT', offset: 0, width: 4, access: 'ro', description: 'a new ticket at each read' },
]);

/** The device. A test makes one with `new TicketWindow({ draw: () => 7 })`. */
@injectable()
export class TicketWindow implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly irqs = [];
  readonly regions: readonly [Region];

  constructor(@inject(TicketOffice) office: TicketOffice) {
    const registers = layout.instantiate({ NEXT: { read: () => office.draw() } });
    this.regions = [registerRegion('window', registers)];
  }
}
