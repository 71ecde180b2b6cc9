import type { ModelServices } from './define-driver.js';

/**
 * What the model of an mdev is given, in one binding of its container: a container remembers how it has found each service
 * that it was asked for, and that weighs 600 bytes for each of them. The clock is not among them: a driver may bind another
 * one for its parents.
 */
export type GivenServices = Omit<ModelServices, 'clock'>;

export const GivenServices: unique symbol = Symbol.for('@mdevkit/core/GivenServices');
