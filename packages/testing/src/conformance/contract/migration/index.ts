import { group } from '../support/index.js';
import { brokenImageChecks } from './broken-images.js';
import { restoreChecks } from './restores.js';
import { roundTripChecks } from './round-trip.js';
import { sessionChecks } from './sessions.js';
import { stateChecks } from './states.js';

/** Migration, where it is offered. */
export const migrationGroup = group('migration', [
  ...stateChecks,
  ...sessionChecks,
  ...roundTripChecks,
  ...restoreChecks,
  ...brokenImageChecks,
]);
