import type { Benchmark } from '../measure/index.js';
import { scalingContexts } from './contexts.js';
import { scalingMaps } from './maps.js';
import { scalingMdevs } from './mdevs.js';
import { scalingQueues } from './queues.js';

/** The points of the scaling curves, which take their time. */
export const scaling: readonly Benchmark[] = [
  scalingMaps,
  scalingMdevs,
  scalingQueues,
  scalingContexts,
];
