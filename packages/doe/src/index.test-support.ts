/* For the tests of this repository that run the same bodies over other ways to a device. */
export type { Connect, Connection } from './together/fixture.test-support.js';
export { requesterBodies } from './together/requester-bodies.test-support.js';
