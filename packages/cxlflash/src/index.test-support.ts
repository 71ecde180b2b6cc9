/* For the tests of this repository that run the same bodies over other ways to a device. */
export { errorBodies } from './together/error-bodies.test-support.js';
export type { Connect, Connection } from './together/fixture.test-support.js';
export { lossBodies } from './together/loss-bodies.test-support.js';
export { transferBodies } from './together/transfer-bodies.test-support.js';
