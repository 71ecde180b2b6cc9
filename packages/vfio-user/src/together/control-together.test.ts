import { describeTogether } from '@mdevkit/core/test-support';
import { overSession } from './over-session.test-support.js';

describeTogether({ name: 'inside vfio-user', connect: overSession, isConcurrent: false });
