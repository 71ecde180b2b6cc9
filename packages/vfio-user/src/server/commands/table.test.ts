import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  VFIO_USER_DEVICE_GET_INFO,
  VFIO_USER_DEVICE_GET_IRQ_INFO,
  VFIO_USER_DEVICE_GET_REGION_INFO,
  VFIO_USER_DMA_MAP,
  VFIO_USER_DMA_UNMAP,
} from '@mdevkit/uapi';
import { COMMANDS } from '../../protocol/index.js';
import { fields } from '../raw-client.test-support.js';
import { openServer, rustVmm } from '../server-bench.test-support.js';
import { commandTable } from './index.js';

const ERROR = 0x20;

describe('the table of commands (vfio-user specification, Commands)', () => {
  it('table: every command of a client but VERSION and the accesses to regions has a handler', () => {
    const elsewhere = ['VERSION', 'REGION_READ', 'REGION_WRITE', 'REGION_WRITE_MULTI'];
    const wanted = COMMANDS.filter(
      ({ direction, name }) => direction === 'client-to-server' && !elsewhere.includes(name),
    ).map(({ id }) => id);
    expect([...commandTable().handlers.keys()].sort((a, b) => a - b)).to.deep.equal(wanted);
  });
});

describe('clients that cannot read errors (rust-vmm/vfio, vfio-user/src/lib.rs: replies of a fixed size)', () => {
  const rows: readonly (readonly [string, number, Uint8Array, Uint8Array])[] = [
    ['no device', VFIO_USER_DEVICE_GET_INFO, fields(0, 0, 0, 0), fields(16, 0, 0, 0)],
    [
      'an empty region',
      VFIO_USER_DEVICE_GET_REGION_INFO,
      fields(32, 0, 77, 0, 0n, 0n),
      fields(32, 0, 77, 0, 0n, 0n),
    ],
    ['no interrupts', VFIO_USER_DEVICE_GET_IRQ_INFO, fields(16, 0, 78, 0), fields(16, 0, 78, 0)],
    [
      'an unmap of nothing',
      VFIO_USER_DMA_UNMAP,
      fields(24, 0, 0x1000n, 0x2000n),
      fields(24, 0, 0x1000n, 0x2000n),
    ],
    ['a short request', VFIO_USER_DMA_UNMAP, fields(24, 6), fields(24, 6, 0n, 0n)],
  ];
  for (const [what, command, request, expected] of rows) {
    it(`errors unread: command ${command} is answered with ${what}; others are told the errno`, async () => {
      await using bench = await openServer();
      const client = bench.open(rustVmm, 1);
      const reply = client.ask(bench.pump, command, request);
      expect([reply.flags, reply.errno]).to.deep.equal([1, 0]);
      expect(reply.payload).to.deep.equal(expected);
      await using other = await openServer();
      const { flags, payload } = other.open().ask(other.pump, command, request);
      expect([flags, payload.length]).to.deep.equal([1 | ERROR, 0]);
    });
  }

  it('errors unread: where the reply is a bare header anyway, an error is an error', async () => {
    await using bench = await openServer();
    const client = bench.open(rustVmm, 1);
    const { flags, errno } = client.ask(bench.pump, VFIO_USER_DMA_MAP, fields(32, 3, 0n, 0n, 0n));
    expect([flags, errno]).to.deep.equal([1 | ERROR, 22]);
  });
});
