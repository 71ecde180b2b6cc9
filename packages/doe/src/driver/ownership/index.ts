export { FeatureEntry, type FeatureOwner } from './feature-entry.js';
export { FeatureGrant, type FeatureGrantOptions } from './feature-grant.js';
export { FeatureTable, refusal } from './feature-table.js';
