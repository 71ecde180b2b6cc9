import {
  defineDriver,
  registerLayout,
  registerRegion,
  type DeviceModel,
  type Irqs,
  type ModelServices,
} from '@mdevkit/core';

/** The registers, declared once for all counters. A client asks here where they are. */
export const counterRegisters = registerLayout('counter', 0x14, [
  { name: 'ID', offset: 0x00, width: 4, access: 'ro', reset: 0xc0ffee },
  { name: 'LIMIT', offset: 0x04, width: 4, access: 'rw', reset: 3 },
  { name: 'COUNT', offset: 0x08, width: 4, access: 'ro' },
  { name: 'STEP', offset: 0x0c, width: 4, access: 'wo', description: 'is added to COUNT' },
  { name: 'LEFT', offset: 0x10, width: 4, access: 'ro', description: 'steps until the interrupt' },
]);

/** What the device does. It never sees its client: only registers that change, and interrupts to fire. */
class Counter implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly irqs = [{ kind: 'message', name: 'limit', count: 1, resizable: false }] as const;
  readonly #irqs: Irqs;
  readonly #registers = counterRegisters.instantiate({
    STEP: {
      write: (steps) => {
        this.#step(steps);
      },
    },
    LEFT: { read: () => this.#left() },
  });
  readonly regions = [registerRegion('registers', this.#registers)];

  constructor({ irqs }: ModelServices) {
    this.#irqs = irqs;
  }

  #step(steps: number): void {
    const before = this.#left();
    this.#registers.set('COUNT', this.#registers.get('COUNT') + steps);
    if (before > 0 && this.#left() === 0) {
      this.#irqs.trigger(0);
    }
  }

  #left(): number {
    return Math.max(0, this.#registers.get('LIMIT') - this.#registers.get('COUNT'));
  }
}

/** One parent, which can be sliced into 8 counters. */
export const counterDriver = defineDriver({
  name: 'counter',
  deviceApi: 'vfio-platform',
  types: [{ id: 'one', name: 'One counter' }],
  parents: [{ name: 'counter0', capacity: 8 }],
  model: (services) => new Counter(services),
});
