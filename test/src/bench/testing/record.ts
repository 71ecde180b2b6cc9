import { Recorder, type RecordingSink } from '@mdevkit/testing';
import { readsBehind } from '../core/index.js';
import { againstOwn, type Benchmark } from '../measure/index.js';

const NAME = 'testing.record.read4';

/** What a recorder costs each access, whose bytes go nowhere; the baseline is the same read without one. */
export const testingRecord: Benchmark = {
  name: 'testing.record',
  measures: [againstOwn(NAME, 'not recorded')],
  run: async () => {
    const nowhere: RecordingSink = { write: () => undefined, end: () => undefined };
    return [await readsBehind(new Recorder({ open: () => nowhere }), NAME)];
  },
};
