import { writeSync } from 'node:fs';
import { say } from '../../child.test-support.js';
import { libc } from '../../libc/index.js';
import { EventFd } from '../event-fd.js';

/* Uses an eventfd that blocks. */
const fd = libc().eventfd(0, 0);
using event = EventFd.adopt(fd);
const empty = event.read();
writeSync(fd, new BigUint64Array([2n ** 64n - 2n]));
event.signal();
const full = event.read();
event.signal();
say({ empty, full, after: event.read() });
