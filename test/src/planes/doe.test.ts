import { requesterBodies } from '@mdevkit/doe/test-support';
import { describe } from 'mocha';
import { overVfioUser } from './ways.js';

const { name, open } = overVfioUser();

describe(`requester and device, ${name}`, () => {
  requesterBodies(async (host, uuid) => {
    const way = await open(host, uuid);
    return {
      device: way.device,
      close: async () => {
        await way[Symbol.asyncDispose]();
      },
    };
  });
});
