import { describeTogether } from '@mdevkit/core/test-support';
import { overSocket } from './over-socket.test-support.js';

describeTogether({ name: 'over a socket', connect: overSocket, isConcurrent: false });
