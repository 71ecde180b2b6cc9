import {
  discoveryId,
  featureKey,
  featureName,
  MOST_FEATURES,
  type DoeObjectId,
} from '../../abi/object/index.js';
import type { DoeFeatureSpec } from './doe-feature.js';

/**
 * What one DOE Capability can have: features with ids of their own, discovery not among them.
 *
 * Source: PCI Express Base Specification 6.0, section 6.30.1.1.
 *
 * @throws RangeError for anything else
 */
export function checkFeatures(features: readonly DoeFeatureSpec[]): void {
  if (features.length > MOST_FEATURES) {
    throw new RangeError(
      `a DOE Capability has at most ${MOST_FEATURES} features besides discovery, not ${features.length}`,
    );
  }
  const seen = new Set([featureKey(discoveryId)]);
  for (const { feature } of features) {
    checkId(feature);
    const key = featureKey(feature);
    if (seen.has(key)) {
      throw new RangeError(
        `the feature ${featureName(feature)} is there already; each has one answer, and discovery is built in`,
      );
    }
    seen.add(key);
  }
}

function checkId({ vendor, type }: DoeObjectId): void {
  if (!isWithin(vendor, 0xffff) || !isWithin(type, 0xff)) {
    throw new RangeError(
      `a feature has a vendor of 16 bits and a type of 8, not ${vendor}:${type}`,
    );
  }
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
