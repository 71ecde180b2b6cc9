import {
  defineDriver,
  MdevError,
  read32,
  registerLayout,
  registerRegion,
  write32,
  type SharedAllocation,
} from '@mdevkit/core';

import { lend } from '../ways.js';
import { WrongData, type Load, type Round } from './load.js';
import { useDevice } from './use-device.js';

const PAGE = 4096;
const IOVA = 0x1000;
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

/** Many mdevs at once that come and go, some of them removed while they are open. */
export const churn: Load = {
  name: 'churn',
  weight: 3,
  driver: () => Promise.resolve(cells),
  run: async (round: Round) => {
    using lent = lend(PAGE);
    const all = await Promise.allSettled(
      Array.from({ length: MDEVS }, (_, n) => copyOnce(round, lent, n)),
    );
    // What no fault excuses counts first.
    const errors = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    const error = errors.find((one) => !MdevError.is(one)) ?? errors[0];
    if (error !== undefined) {
      throw error;
    }
  },
};

async function copyOnce(
  { way, random, faults, did }: Round,
  lent: SharedAllocation,
  n: number,
): Promise<void> {
  const [value, isPulled] = [random.next(), random.below(2) === 0];
  new DataView(lent.bytes.buffer, lent.bytes.byteOffset).setUint32(n * 4, value, true);
  await useDevice(way, 'cells0', 'cells-one', async (device, uuid) => {
    await device.dmaMap({ iova: IOVA, memory: lent.memory });
    await write32(device, 0, registers.offsetOf('COPY'), IOVA + n * 4);
    const found = await read32(device, 0, registers.offsetOf('VALUE'));
    if (found !== value && faults !== 'lying') {
      throw new WrongData(`VALUE is ${found}, not ${value}`);
    }
    did('mdevs');
    if (isPulled) {
      await way.remove(uuid);
      did('removed while open');
    }
  });
}
