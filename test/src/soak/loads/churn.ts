import { defineDriver, read32, registerLayout, registerRegion, write32 } from '@mdevkit/core';
import { lend } from '../ways.js';
import { WrongData, type Load, type Round } from './load.js';

const PAGE = 4096;
const MDEVS = 6;

const registers = registerLayout('cell', 0x10, [
  { name: 'VALUE', offset: 0, width: 4, access: 'rw' },
  { name: 'COPY', offset: 4, width: 4, access: 'wo' },
]);

/** COPY takes its value from memory at the address written. */
const cells = defineDriver({
  name: 'cells',
  deviceApi: 'vfio-platform',
  types: [{ id: 'one' }],
  parents: [{ name: 'cells0', capacity: 64 }],
  model: ({ dma, irqs }) => {
    const word = new Uint8Array(4);
    const map = registers.instantiate({
      COPY: {
        write: (address) => {
          dma.read(address, word);
          map.set('VALUE', new DataView(word.buffer).getUint32(0, true));
          irqs.trigger(0);
        },
      },
    });
    return {
      deviceApi: 'vfio-platform',
      regions: [registerRegion('registers', map)],
      irqs: [{ kind: 'message', name: 'copied', count: 1, resizable: false }],
      reset: () => undefined,
    };
  },
});

/** Many mdevs that come and go, some while they are open, some whose client just leaves. */
export const churn: Load = {
  name: 'churn',
  weight: 3,
  driver: () => Promise.resolve(cells),
  run: async ({ way, random, faults, did }: Round) => {
    using lent = lend(PAGE);
    await Promise.all(
      Array.from({ length: MDEVS }, async (_, n) => {
        const { uuid } = await way.create({ parent: 'cells0', type: 'cells-one' });
        const device = await way.open(uuid);
        try {
          const at = n * 4;
          const value = random.next();
          new DataView(lent.bytes.buffer, lent.bytes.byteOffset).setUint32(at, value, true);
          await device.dmaMap({ iova: 0x1000, memory: lent.memory });
          await write32(device, 0, registers.offsetOf('COPY'), 0x1000 + at);
          const found = await read32(device, 0, registers.offsetOf('VALUE'));
          if (found !== value && faults !== 'lying') {
            throw new WrongData(`VALUE is ${found}, not ${value}`);
          }
          did('mdevs');
          if (random.below(2) === 0) {
            await way.remove(uuid);
          }
        } finally {
          await device.close();
          await way.remove(uuid).catch(() => undefined);
        }
      }),
    );
  },
};
