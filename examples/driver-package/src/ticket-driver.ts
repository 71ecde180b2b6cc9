import { DeviceModel, type MediatingDriver } from '@mdevkit/core';
import { ContainerModule, injectable } from 'inversify';
import { PaperTicketOffice, TicketOffice } from './ticket-office.js';
import { TicketWindow } from './ticket-window.js';

/** Loaded into the container of each parent: an office that its windows share. */
const officeModule = new ContainerModule(({ bind }) => {
  bind<TicketOffice>(TicketOffice).to(PaperTicketOffice);
});

@injectable()
export class TicketDriver implements MediatingDriver {
  readonly name = 'tickets';
  readonly deviceApi = 'vfio-platform';
  readonly types = [{ id: 'window', name: 'A window of the office' }];
  readonly parents = [
    { name: 'north', capacity: 2, module: officeModule },
    { name: 'south', capacity: 2, module: officeModule },
  ];
  /** Loaded into the container of each new device, below that of its parent. */
  readonly mdevModule = new ContainerModule(({ bind }) => {
    bind<DeviceModel>(DeviceModel).to(TicketWindow);
  });
}
