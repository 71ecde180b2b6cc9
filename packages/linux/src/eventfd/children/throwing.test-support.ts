import { say } from '../../child.test-support.js';
import { EventFd } from '../event-fd.js';

/* One of two subscribers throws, twice. */
const seen: string[] = [];
const event = EventFd.create();
process.on('uncaughtException', ({ message }) => {
  seen.push(message);
  if (seen.length < 6) {
    event.signal();
  } else {
    event[Symbol.dispose]();
    say(seen);
  }
});
event.subscribe(() => {
  seen.push('first');
  throw new Error('mistake');
});
event.subscribe(() => seen.push('second'));
event.signal();
