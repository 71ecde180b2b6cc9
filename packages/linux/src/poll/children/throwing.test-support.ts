import { say } from '../../child.test-support.js';
import { EventFd } from '../../eventfd/index.js';
import { watch } from '../watch.js';

/* A callback that throws, twice; `unhandled` without a handler. */
const seen: string[] = [];
const event = EventFd.create(1);
let calls = 0;
watch(event.fd, { readable: true }, () => {
  calls += 1;
  if (calls === 3) {
    event[Symbol.dispose]();
    say([...seen, 'end']);
    return;
  }
  throw new Error(`mistake ${calls}`);
});
if (process.argv[2] !== 'unhandled') {
  process.on('uncaughtException', ({ message }) => seen.push(message));
}
