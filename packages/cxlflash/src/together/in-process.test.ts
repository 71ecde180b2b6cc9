import { describe } from 'mocha';
import { errorBodies } from './error-bodies.test-support.js';
import { inProcess } from './fixture.test-support.js';
import { lossBodies } from './loss-bodies.test-support.js';
import { transferBodies } from './transfer-bodies.test-support.js';

describe('driver and library in one process (open-power/capiflash src/block)', () => {
  describe('transfers', () => {
    transferBodies(inProcess);
  });
  describe('errors and events', () => {
    errorBodies(inProcess);
  });
  describe('losses', () => {
    lossBodies(inProcess);
  });
});
