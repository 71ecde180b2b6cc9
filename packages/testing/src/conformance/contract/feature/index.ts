import { group } from '../support/index.js';
import { featureChecks } from './features.js';

export { knownFeatures, type KnownFeature } from './known.js';

/** VFIO_DEVICE_FEATURE. */
export const featureGroup = group('feature', featureChecks);
