import { writeSync } from 'node:fs';
import { say } from '../../child.test-support.js';
import { libc } from '../../libc/index.js';
import { EventFd } from '../event-fd.js';

const F_SETFL = 4;
const O_RDWR = 2;

/* Signals an eventfd of its own of which a peer has cleared O_NONBLOCK and filled the counter. */
using event = EventFd.create();
libc().fcntl(event.fd, F_SETFL, 'int', O_RDWR);
writeSync(event.fd, new BigUint64Array([2n ** 64n - 2n]));
event.signal();
const full = event.read();
event.signal();
say({ full, after: event.read() });
