import { describe } from 'mocha';
import { describeClasses } from './together/classes.test-support.js';
import type { Connect } from './together/connection.test-support.js';
import { describeEvents } from './together/events.test-support.js';
import { describeFailNth } from './together/fail-nth.test-support.js';
import { describeHostile } from './together/hostile.test-support.js';
import { describeObjects } from './together/objects.test-support.js';
import { describeOtherTypes } from './together/other-types.test-support.js';
import { describeProtection } from './together/protection.test-support.js';
import { describeQueueEvents } from './together/queue-events.test-support.js';
import { describeReliable } from './together/reliable.test-support.js';
import { describeStates } from './together/states.test-support.js';

export { connectInProcess } from './together/connection.test-support.js';
export type { Connect, VerbsConnection } from './together/connection.test-support.js';

/** All that a client can notice of verbs devices, by one way to them. */
export function describeVerbs(name: string, connect: Connect): void {
  describe(`verbs, ${name}`, () => {
    describeClasses(connect);
    describeObjects(connect);
    describeReliable(connect);
    describeOtherTypes(connect);
    describeProtection(connect);
    describeEvents(connect);
    describeQueueEvents(connect);
    describeStates(connect);
    describeFailNth(connect);
    describeHostile(connect);
  });
}
