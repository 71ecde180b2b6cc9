export { missedText, performanceDocument } from './document.js';
export type { Facts } from './facts.js';
export { goalText, isMet, type Goal } from './goal.js';
export { keyMeasures, type KeyMeasure } from './key-measures.js';
export { writeDocument } from './write.js';
