import {
  defineDriver,
  MdevHost,
  registerLayout,
  registerRegion,
  type MdevHostOptions,
} from '@mdevkit/core';

const plainLayout = registerLayout('plain', 8, [
  { name: 'STEP', offset: 0, width: 4, access: 'wo' },
  { name: 'COUNT', offset: 4, width: 4, access: 'ro' },
]);

const plainDriver = defineDriver({
  name: 'plain',
  deviceApi: 'vfio-platform',
  types: [{ id: 'one' }],
  parents: [{ name: 'plain0', capacity: 4 }],
  model: ({ irqs }) => {
    const registers = plainLayout.instantiate({
      STEP: {
        write: () => {
          registers.set('COUNT', (registers.get('COUNT') + 1) >>> 0);
          irqs.trigger(0);
        },
      },
    });
    return {
      deviceApi: 'vfio-platform',
      regions: [registerRegion('registers', registers)],
      irqs: [{ kind: 'message', name: 'step', count: 1, resizable: false }],
    };
  },
});

/** The simplest driver that there is: one region of registers, and one interrupt. */
export async function plainHost(options: MdevHostOptions): Promise<MdevHost> {
  const host = new MdevHost(options);
  await host.load(plainDriver);
  return host;
}
