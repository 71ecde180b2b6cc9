import { FaultInjector, type FaultRule } from '@mdevkit/testing';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { main } from './program.js';

async function linesWith(...rules: readonly FaultRule[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const injector = new FaultInjector({ seed: 1, rules });
  await main((line) => lines.push(line), { interposers: [injector] });
  return lines;
}

describe('main of the counter (docs/reference/fault-plans.md)', () => {
  for (const nth of [1, 4]) {
    it(`row: link-down: for good, it ends and says so: from read ${nth} on (PCIe Base Spec 2.3.2, all ones)`, async () => {
      const lines = await linesWith({
        at: 'client.read',
        when: { nth },
        do: { fault: 'link-down' },
      });
      expect(lines.filter((line) => line.startsWith('LEFT'))).to.deep.equal([
        'LEFT is all ones: the device is gone',
      ]);
      expect(lines.filter((line) => line.startsWith('interrupt'))).to.deep.equal([]);
      expect(lines.at(-1)).to.match(/^a read at the end is refused/);
    });
  }

  it('without a fault it counts to its limit, and never speaks of a device that is gone', async () => {
    const lines = await linesWith();
    expect(lines.filter((line) => line.startsWith('COUNT'))).to.deep.equal([
      'COUNT is 1',
      'COUNT is 2',
      'COUNT is 3',
    ]);
    expect(lines.filter((line) => line.startsWith('LEFT'))).to.deep.equal([]);
  });
});
