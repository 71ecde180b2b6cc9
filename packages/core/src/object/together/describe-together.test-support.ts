import { describeAttributes } from './describe-attributes.test-support.js';
import { describeChannels } from './describe-channels.test-support.js';
import { describeClose } from './describe-close.test-support.js';
import { describeDescriptors } from './describe-descriptors.test-support.js';
import { describeFailures } from './describe-failures.test-support.js';
import { describeFuzz } from './describe-fuzz.test-support.js';
import { describeHandlers } from './describe-handlers.test-support.js';
import { describeHeader } from './describe-header.test-support.js';
import { describeLife } from './describe-life.test-support.js';
import { describeModel } from './describe-model.test-support.js';
import { describeRemoval } from './describe-removal.test-support.js';
import type { Way } from './tank.test-support.js';

export type { Connect, Way } from './tank.test-support.js';

/** Declares the tests that every way of calls passes. */
export function describeTogether(way: Way): void {
  describeHeader(way);
  describeAttributes(way);
  describeHandlers(way);
  describeLife(way);
  describeClose(way);
  describeDescriptors(way);
  describeChannels(way);
  describeRemoval(way);
  describeFailures(way);
  describeModel(way);
  describeFuzz(way);
}
