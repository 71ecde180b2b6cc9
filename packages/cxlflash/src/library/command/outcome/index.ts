export { responseError, verdictOf } from './response-reader.js';
export type { Verdict } from './verdict.js';
