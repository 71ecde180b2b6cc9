export { ComplianceFeature, type ComplianceFeatureOptions } from './compliance-feature.js';
export type { ComplianceModes, ComplianceTarget } from './compliance-target.js';
export { MediaComplianceTarget } from './media-target.js';
export { PoisonList, type PoisonedLine, type PoisonListOptions } from './poison-list.js';
