import type { FaultPlan, FaultRule, Random } from '@mdevkit/testing';

/** Faults that refuse, lose and delay, each a few times in the life of an mdev. */
const honest: readonly FaultRule[] = [
  { at: 'irq', when: { probability: 0.02 }, do: { fault: 'drop' } },
  { at: 'irq', when: { probability: 0.05 }, do: { fault: 'duplicate' } },
  { at: 'irq', when: { probability: 0.05 }, do: { fault: 'delay', ms: 2 } },
  { at: 'dma', when: { probability: 0.01 }, do: { fault: 'fail' } },
  { at: 'clock.fire', when: { probability: 0.05 }, do: { fault: 'stall', ms: 3 } },
  { at: 'client.read', when: { probability: 0.005 }, do: { fault: 'fail' } },
  { at: 'client.dma-map', when: { probability: 0.05 }, do: { fault: 'fail', errno: 'ENOMEM' } },
  { at: 'model.open', when: { probability: 0.05 }, do: { fault: 'fail' } },
  { at: 'model.reset', when: { probability: 0.05 }, do: { fault: 'fail' } },
  { at: 'any', when: { probability: 0.002, times: 1 }, do: { fault: 'remove' } },
  { at: 'any', when: { probability: 0.002 }, do: { fault: 'memory-pressure', calls: 3 } },
  { at: 'any', when: { probability: 0.005 }, do: { fault: 'clock-jump', ms: 50 } },
];

/** Faults after which a client may see anything. */
const lying: readonly FaultRule[] = [
  ...honest,
  { at: 'client.write', when: { probability: 0.01 }, do: { fault: 'stall', ms: 3 } },
  { at: 'dma.read', when: { probability: 0.02 }, do: { fault: 'corrupt' } },
  { at: 'dma.write', when: { probability: 0.02 }, do: { fault: 'shorten' } },
  { at: 'any', when: { probability: 0.002 }, do: { fault: 'link-down', ms: 20 } },
];

/** Some of the faults of a kind, by the round's seed. */
export function planOf(kind: 'honest' | 'lying', random: Random): FaultPlan {
  const rules = (kind === 'honest' ? honest : lying).filter(() => random.below(3) === 0);
  return { seed: random.next(), rules };
}
