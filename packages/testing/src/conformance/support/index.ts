export { codeOf, follow, outcomeOf, type Outcome } from './outcome.js';
export { places, SEED } from './places.js';
export { usedRegions, type UsedRegion } from './regions.js';
