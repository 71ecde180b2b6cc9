import { connectInProcess, describeVerbs } from './together.test-support.js';

describeVerbs('in process', connectInProcess);
