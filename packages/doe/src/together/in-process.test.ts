import { describe } from 'mocha';
import { inProcess } from './fixture.test-support.js';
import { requesterBodies } from './requester-bodies.test-support.js';

describe('requester and device, in process', () => {
  requesterBodies(inProcess);
});
