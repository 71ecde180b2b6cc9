import { group } from '../support/index.js';
import { argszChecks } from './argsz.js';
import { chainChecks } from './chain.js';
import { declaredChecks } from './declared.js';
import { stabilityChecks } from './stability.js';

/** What a device says of itself. */
export const infoGroup = group('info', [
  ...argszChecks,
  ...declaredChecks,
  ...chainChecks,
  ...stabilityChecks,
]);
