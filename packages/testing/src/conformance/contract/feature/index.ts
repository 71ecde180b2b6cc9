import { group } from '../support/index.js';
import { featureChecks } from './features.js';
import { valueChecks } from './values.js';

export { knownFeatures, type KnownFeature } from './known.js';

/** VFIO_DEVICE_FEATURE. */
export const featureGroup = group('feature', [...featureChecks, ...valueChecks]);
