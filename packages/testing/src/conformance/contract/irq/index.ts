import { group } from '../support/index.js';
import { bindingChecks } from './bindings.js';
import { deliveryChecks } from './delivery.js';
import { matrixChecks } from './matrix.js';
import { sharedChecks } from './shared.js';
import { vectorChecks } from './vectors.js';

/** SET_IRQS, and what comes of it. */
export const irqGroup = group('irq', [
  ...sharedChecks,
  ...vectorChecks,
  ...bindingChecks,
  ...deliveryChecks,
]);

/** The matrix of SET_IRQS, a check for each cell. */
export const irqMatrixGroup = group('irq-matrix', matrixChecks);
