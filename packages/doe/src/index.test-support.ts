/* For the tests and programs of this repository that run the same bodies elsewhere, or longer. */
export { fuzzSpdm } from './abi/spdm/fuzz.test-support.js';
export { fuzzRegisters } from './driver/instance/register-fuzz.test-support.js';
export type { Connect, Connection } from './together/fixture.test-support.js';
export { fuzzFunction } from './together/function-fuzz.test-support.js';
export { requesterBodies } from './together/requester-bodies.test-support.js';
