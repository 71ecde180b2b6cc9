import { Random } from '../../random/index.js';
import type { FaultPlan, FaultRule } from '../plan.js';

type Draw = (random: Random) => FaultRule;

/** A device and its driver should live with these as if nothing had happened, or nearly. */
const mild: readonly Draw[] = [
  (random) => ({
    at: 'irq',
    when: { probability: 0.05 },
    do: { fault: 'delay', ms: 1 + random.below(20) },
  }),
  () => ({ at: 'irq', when: { probability: 0.05 }, do: { fault: 'duplicate' } }),
  (random) => ({
    at: 'client.write',
    when: { probability: 0.02 },
    do: { fault: 'stall', ms: 1 + random.below(20) },
  }),
  (random) => ({
    at: 'clock.fire',
    when: { probability: 0.05 },
    do: { fault: 'stall', ms: 1 + random.below(50) },
  }),
  (random) => ({
    at: 'any',
    when: { nth: 1 + random.below(50) },
    do: { fault: 'clock-jump', ms: 1 + random.below(5000) },
  }),
];

/** These lose something, which has to be reported and must not take anything else along. */
const hard: readonly Draw[] = [
  (random) => ({ at: 'any', when: { nth: 1 + random.below(30) }, do: { fault: 'fail' } }),
  (random) => ({
    at: 'dma',
    when: { nth: 1 + random.below(20) },
    do: { fault: 'fail', errno: 'EFAULT' },
  }),
  () => ({ at: 'dma.read', when: { probability: 0.05 }, do: { fault: 'corrupt' } }),
  () => ({ at: 'dma.write', when: { probability: 0.05 }, do: { fault: 'shorten' } }),
  () => ({ at: 'irq', when: { probability: 0.05 }, do: { fault: 'drop' } }),
  (random) => ({
    at: 'any',
    when: { nth: 1 + random.below(30) },
    do: { fault: 'memory-pressure', calls: 1 + random.below(3) },
  }),
  (random) => ({
    at: 'any',
    when: { nth: 1 + random.below(50) },
    do: { fault: 'link-down', ms: 1 + random.below(50) },
  }),
  (random) => ({ at: 'any', when: { nth: 1 + random.below(50) }, do: { fault: 'remove' } }),
];

/** A plan for somebody who has none: two mild faults and two hard ones, drawn from `seed` (0 .. 2^32-1). */
export function randomPlan(seed: number): FaultPlan {
  const random = new Random(seed);
  const pick = (draws: readonly Draw[]): readonly FaultRule[] => {
    const left = [...draws];
    return [1, 2].flatMap(() =>
      left.splice(random.below(left.length), 1).map((draw) => draw(random)),
    );
  };
  return { seed: seed >>> 0, rules: [...pick(mild), ...pick(hard)] };
}
