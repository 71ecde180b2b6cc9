import { Region } from '@mdevkit/core';
import { VFIO_USER_DEVICE_GET_REGION_IO_FDS } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fields } from '../raw-client.test-support.js';
import { Handler, openServer } from '../server-bench.test-support.js';

describe('eventfds for doorbells (include/net/scm.h, SCM_MAX_FD)', () => {
  it('io fds limit: a client that takes more descriptors than Linux passes at once gets those that it does', async () => {
    const doorbells = Array.from({ length: 300 }, (_, i) => ({ offset: 4 * i, width: 4 as const }));
    const ranges = [
      {
        kind: 'trapped',
        offset: 0,
        size: 0x1000,
        handler: new Handler(),
        split: 'none',
      },
    ] as const;
    const region = new Region({ name: 'bells', size: 0x1000, ranges, ioeventfd: { doorbells } });
    await using bench = await openServer({}, { regions: [region] });
    const client = bench.open({ max_msg_fds: 1024 });
    const request = fields(0x1_0000, 0, 0, 0);
    const reply = client.ask(bench.pump, VFIO_USER_DEVICE_GET_REGION_IO_FDS, request);
    client.closeDescriptors(reply);
    expect([reply.errno, reply.fds.length]).to.deep.equal([0, 253]);
    expect(reply.payload).to.have.length(16 + 253 * 40);
  });
});
