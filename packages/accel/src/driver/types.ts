import type { MdevTypeSpec } from '@mdevkit/core';
import { failure } from '../errors.js';

/** How many queues the mdev types have. */
const queueCounts = [1, 2, 4] as const;

/** Queues of a parent, which its mdevs share. */
export const PARENT_QUEUES = 16;

/** The mdev types: `1q`, `2q` and `4q`, each as many units of its parent as it has queues. */
export function accelTypes(algorithms: readonly string[]): readonly MdevTypeSpec[] {
  return queueCounts.map((queues) => ({
    id: `${queues}q`,
    name: queues === 1 ? '1 queue' : `${queues} queues`,
    description: `An accelerator with ${queues === 1 ? 'one queue' : `${queues} queues`}`,
    units: queues,
    algorithms,
    attributes: { queues: String(queues) },
  }));
}

/** Queues of an mdev by the full id of its type. Throws EINVAL `accel.type`. */
export function queuesOfType(type: string): number {
  const queues = queueCounts.find((count) => type.endsWith(`-${count}q`));
  if (queues === undefined) {
    throw failure('accel.type', { type });
  }
  return queues;
}
