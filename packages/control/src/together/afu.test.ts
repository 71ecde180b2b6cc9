import {
  describeFailedCopies,
  describeLife,
  describeReads,
  describeSeed000,
  describeSeed001,
} from '@mdevkit/core/test-support';
import { describe } from 'mocha';
import { openAfuBench } from './afu-bench.test-support.js';

describe('AfuContextEvents over a socket', () => {
  describeSeed000(openAfuBench);
  describeSeed001(openAfuBench);
  describeReads(openAfuBench);
  describeLife(openAfuBench);
  describeFailedCopies(openAfuBench);
});
