import { LocalTransport } from '../client/local-transport.js';
import { describeTogether } from './describe-together.test-support.js';

describeTogether({
  name: 'in process',
  connect: async (plane) => new LocalTransport(plane.open()),
  isConcurrent: true,
});
