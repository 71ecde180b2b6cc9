/* For the tests of this repository that run the same bodies over other ways to a device. */
export { describeVerbs, type Connect, type VerbsConnection } from './together.test-support.js';
