import { group } from '../support/index.js';
import { controlChecks } from './control.js';
import { hostileChecks } from './hostile.js';
import { objectChecks } from './objects.js';

/** The control plane. */
export const controlGroup = group('control', [...controlChecks, ...objectChecks, ...hostileChecks]);
