import { UnixListener } from '../unix-listener.js';

/* Listens, and is killed. */
const [, , path = ''] = process.argv;
UnixListener.listen(path);
process.kill(process.pid, 'SIGKILL');
