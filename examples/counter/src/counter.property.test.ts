import { bindIrqs, irqCallback, MdevHost, write32 } from '@mdevkit/core';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { counterDriver, counterRegisters } from './counter.js';

/** How often the interrupt fires while a client steps a new counter. */
async function interrupts(limit: number, steps: readonly number[]): Promise<number> {
  let fired = 0;
  await using host = new MdevHost();
  await host.load(counterDriver);
  const { uuid } = await host.create({ parent: 'counter0', type: 'counter-one' });
  await using device = await host.open(uuid);
  await bindIrqs(device, 0, [irqCallback(() => (fired += 1))]);
  await write32(device, 0, counterRegisters.offsetOf('LIMIT'), limit);
  for (const step of steps) {
    await write32(device, 0, counterRegisters.offsetOf('STEP'), step);
  }
  return fired;
}

describe('counter (examples/counter/src/counter.ts)', () => {
  it('however a client steps, the interrupt fires once when the limit is reached or passed', async () => {
    const anySteps = fc.array(fc.nat({ max: 20 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), anySteps, async (limit, steps) => {
        const total = steps.reduce((sum, step) => sum + step, 0);
        return (await interrupts(limit, steps)) === (total >= limit ? 1 : 0);
      }),
      { seed: 20261121, numRuns: 50 },
    );
  });
});
