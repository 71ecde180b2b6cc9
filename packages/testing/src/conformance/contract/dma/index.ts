import { group } from '../support/index.js';
import { dirtyChecks } from './dirty.js';
import { mapChecks } from './maps.js';
import { memoryChecks } from './memory.js';
import { pasidChecks } from './pasid.js';
import { refusalChecks } from './refusals.js';

/** Memory that a client lends to the device. */
export const dmaGroup = group('dma', [
  ...refusalChecks,
  ...mapChecks,
  ...memoryChecks,
  ...dirtyChecks,
  ...pasidChecks,
]);
