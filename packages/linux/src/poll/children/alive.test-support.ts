import { say } from '../../child.test-support.js';
import { EventFd } from '../../eventfd/index.js';
import { watch } from '../watch.js';

/* Watches an eventfd that is signalled later: `unref`, `ref`, or `collect` with the collector between. */
const how = process.argv[2];
const seen = ['started'];
const event = EventFd.create();

function start(): void {
  const watching = watch(event.fd, { readable: true }, () => {
    seen.push('called');
    event[Symbol.dispose]();
    say(seen);
  });
  if (how === 'unref') {
    watching.unref();
    say(seen);
  }
}

start();
if (how !== 'unref') {
  // A referenced watch is all that is left when this timer, which does not count, is not over.
  setImmediate(() => {
    globalThis.gc?.();
    setImmediate(() => {
      globalThis.gc?.();
      event.signal();
    });
  });
}
