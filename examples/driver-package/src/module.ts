import { MediatingDriver } from '@mdevkit/core';
import { ContainerModule } from 'inversify';
import { TicketDriver } from './ticket-driver.js';

/** What package.json names under `mdevkit.driver`: the one export that a host looks for. */
export default new ContainerModule(({ bind }) => {
  bind<MediatingDriver>(MediatingDriver).to(TicketDriver);
});
