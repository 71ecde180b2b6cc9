import {
  VFIO_USER_DEVICE_GET_INFO as GET_INFO,
  VFIO_USER_DEVICE_GET_REGION_INFO as GET_REGION_INFO,
  VFIO_USER_DEVICE_RESET as RESET,
  VFIO_USER_DEVICE_GET_REGION_IO_FDS as IO_FDS,
  VFIO_USER_DMA_READ as DMA_READ,
  VFIO_USER_DMA_UNMAP as UNMAP,
  VFIO_USER_VERSION as VERSION,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { someDescriptors } from '../wire/wire.test-support.js';
import { fields, versionPayload } from './raw-client.test-support.js';
import { microtasks, openServer, rustVmm } from './server-bench.test-support.js';

const CLIENT = 'rust-vmm/vfio vfio-user/src/lib.rs, Client: replies have the size it expects';

describe(`errors for a client that does not look at them (${CLIENT})`, () => {
  it('errors unread: are replies of the right size, also where no handler was asked', async () => {
    await using bench = await openServer();
    const client = bench.open(rustVmm, 1);
    using stray = someDescriptors(1);
    const info = client.ask(bench.pump, GET_INFO, fields(16, 0, 9, 9), { fds: stray.fds });
    expect([info.flags, info.errno, info.payload]).to.deep.equal([1, 0, fields(16, 0, 0, 0)]);
    const region = client.ask(bench.pump, GET_REGION_INFO, fields(32, 0, 77));
    expect(region.payload).to.deep.equal(fields(32, 0, 77, 0, 0n, 0n));
  });

  it('errors unread: of an unmap repeat the request', async () => {
    await using bench = await openServer();
    const client = bench.open(rustVmm, 1);
    const unmap = fields(24, 0, 0x1000n, 0x1000n);
    expect(client.ask(bench.pump, UNMAP, unmap)).to.deep.include({ flags: 1, payload: unmap });
  });

  it('errors unread: are errors where it waits for nothing, as for a second VERSION or a DMA_READ', async () => {
    await using bench = await openServer();
    const client = bench.open(rustVmm, 1);
    for (const [command, payload] of [
      [VERSION, versionPayload(rustVmm, 0, 1)],
      [DMA_READ, fields(0n, 4n)],
      [IO_FDS, fields(16, 0, 99, 0)],
    ] as const) {
      const reply = client.ask(bench.pump, command, payload);
      expect([reply.flags, reply.payload.length], `command ${command}`).to.deep.equal([0x21, 0]);
    }
  });

  it('errors unread: are errors where the reply is a bare header anyway', async () => {
    await using bench = await openServer();
    const client = bench.open(rustVmm, 1);
    client.send(RESET);
    bench.pump();
    await microtasks();
    expect(client.expect()).to.include({ flags: 0x21 });
  });
});
