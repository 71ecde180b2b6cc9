import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ByteModel, outcomeOf, pattern, type MapWindow } from './byte-model.test-support.js';
import { TestDevice } from './device.test-support.js';
import { checkStep, dmaStep, equal } from './dma-steps.test-support.js';
import { memoryKinds, type LentMemory } from './memory-kinds.test-support.js';

const PAGE = 4096;
const SIZE = 64 * PAGE;

const LOW = 0x10_0000n;
const ONE_WAY = 0x4000_0000n;

/** Side by side for the device and not in memory; above 2^53; one-way; and memory that is seen twice. */
const windows: readonly MapWindow[] = [
  { iova: LOW, offset: 4 * PAGE, size: 24 * PAGE },
  { iova: LOW + BigInt(24 * PAGE), offset: 32 * PAGE, size: 16 * PAGE },
  { iova: 2n ** 63n, offset: 52 * PAGE, size: 4 * PAGE },
  { iova: ONE_WAY, offset: 0, size: 2 * PAGE, write: false },
  { iova: ONE_WAY + BigInt(2 * PAGE), offset: 57 * PAGE, size: 2 * PAGE, read: false },
  { iova: 0x8000_0000n, offset: 8 * PAGE, size: 4 * PAGE },
];

async function mapAll(device: TestDevice, { memory }: LentMemory): Promise<void> {
  for (const window of windows) {
    await device.client.dmaMap({ ...window, memory });
  }
}

for (const kind of memoryKinds) {
  describe(`DMA to ${kind.name} (include/uapi/linux/vfio.h, VFIO_IOMMU_MAP_DMA)`, () => {
    it('does what is done to an array, and a fault changes nothing', async () => {
      using lent = kind.lend(SIZE);
      await using device = await TestDevice.open();
      await mapAll(device, lent);
      fc.assert(
        fc.property(fc.nat(255), fc.array(dmaStep(windows), { maxLength: 24 }), (seed, steps) => {
          const model = new ByteModel(pattern(SIZE, seed), windows);
          lent.store(model.bytes);
          for (const step of steps) {
            checkStep(device.dma, model, step, kind.hasViews);
          }
          equal(lent.content(), model.bytes);
        }),
        { seed: 20261121, numRuns: 40 },
      );
    });

    it('is seen by its owner at once, by the registers of the device as well', async () => {
      using lent = kind.lend(SIZE);
      await using device = await TestDevice.open();
      await mapAll(device, lent);
      lent.store(new Uint8Array(SIZE));
      const acrossMaps = Number(LOW) + 24 * PAGE - 2;
      await device.fill(acrossMaps, 5, 0xab);
      const expected = new Uint8Array(SIZE);
      expected.fill(0xab, 28 * PAGE - 2, 28 * PAGE);
      expected.fill(0xab, 32 * PAGE, 32 * PAGE + 3);
      equal(lent.content(), expected);
    });

    it('shows it without a copy where it can, else the view faults and a copy serves', async () => {
      using lent = kind.lend(SIZE);
      await using device = await TestDevice.open();
      await mapAll(device, lent);
      const view = outcomeOf(() => device.dma.view(LOW, 4, 'write'));
      if (kind.hasViews) {
        (view as Uint8Array).set([1, 2, 3, 4]);
      } else {
        expect(view).to.equal('memory');
        expect(outcomeOf(() => device.dma.views(LOW, 4, 'read'))).to.equal('memory');
        device.dma.write(LOW, Uint8Array.of(1, 2, 3, 4));
      }
      expect([...lent.content().subarray(4 * PAGE, 4 * PAGE + 4)]).to.deep.equal([1, 2, 3, 4]);
    });

    it('ends with the unmap, and leaves the memory to its owner', async () => {
      using lent = kind.lend(SIZE);
      await using device = await TestDevice.open();
      await mapAll(device, lent);
      device.dma.fill(LOW, 40 * PAGE, 9);
      expect(await device.client.dmaUnmap(Number(LOW), 40 * PAGE)).to.equal(40 * PAGE);
      expect(outcomeOf(() => device.dma.fill(LOW, 1, 1))).to.equal('unmapped');
      expect(lent.content()[4 * PAGE]).to.equal(9);
    });
  });
}
