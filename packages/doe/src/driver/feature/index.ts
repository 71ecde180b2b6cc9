export { checkFeatures } from './check-features.js';
export type {
  DoeCall,
  DoeCapabilitySpec,
  DoeFeature,
  DoeFeatureSpec,
  DoeInstanceSpec,
} from './doe-feature.js';
export { doeLimits } from './limits.js';
export {
  DEFAULT_LIMITS,
  type DoeExchange,
  type DoeExchangePort,
  type DoeLimits,
  type DoeOutcome,
  type DoeRequester,
} from './ports.js';
