import { describe } from 'mocha';
import { openLocalBench } from './local-bench.test-support.js';
import {
  describeFailedCopies,
  describeLife,
  describeReads,
  describeSeed000,
  describeSeed001,
} from './together/index.test-support.js';

describe('AfuContextEvents in process', () => {
  describeSeed000(openLocalBench);
  describeSeed001(openLocalBench);
  describeReads(openLocalBench);
  describeLife(openLocalBench);
  describeFailedCopies(openLocalBench);
});
