import { defineDriver, registerLayout, registerRegion, type DeviceModel } from '@mdevkit/core';
import { TallyMigration } from './tally-migration.js';

export const tallyRegisters = registerLayout('tally', 8, [
  { name: 'COUNT', offset: 0, width: 4, access: 'ro' },
  { name: 'STEP', offset: 4, width: 4, access: 'wo' },
]);

/** A counter with one word of state, which can move to another device. */
class Tally implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly irqs = [];
  readonly #registers = tallyRegisters.instantiate({
    STEP: {
      write: (steps) => {
        // A device that is being moved must not change: the image would no longer be true.
        if (this.migration.running) {
          this.#registers.set('COUNT', this.#registers.get('COUNT') + steps);
        }
      },
    },
  });
  readonly regions = [registerRegion('registers', this.#registers)];
  readonly migration = new TallyMigration(this.#registers);

  /** The registers have been reset already; the core has also put the device back to RUNNING. */
  reset(): void {
    this.migration.reset();
  }
}

export const tallyDriver = defineDriver({
  name: 'tally',
  deviceApi: 'vfio-platform',
  types: [{ id: 'one' }],
  parents: [{ name: 'tally0', capacity: 2 }],
  model: () => new Tally(),
});
