import { AddressSpace, EventChannelClass, read32, write32, type Device } from '@mdevkit/core';
import { microtasks, settled } from '@mdevkit/core/test-support';
import { VFIO_DEVICE_STATE_RUNNING } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { bitsBetween, counting, DOOR, FaultBench, VALUE } from '../bench.test-support.js';
import type { ClientPoint, FaultRule } from '../plan.js';

function at(point: ClientPoint, action: FaultRule['do'], nth = 1): FaultRule {
  return { at: point, when: { nth }, do: action };
}

/** One call of a client for each point that can fail, on a device with its memory mapped. */
const calls: readonly (readonly [ClientPoint, (device: Device) => Promise<unknown>, number?])[] = [
  ['client.reset', (device) => device.reset()],
  ['client.info', (device) => device.info()],
  ['client.region-info', (device) => device.regionInfo(0)],
  ['client.irq-info', (device) => device.irqInfo(0)],
  ['client.read', (device) => read32(device, 0, VALUE)],
  ['client.write', (device) => write32(device, 0, VALUE, 1)],
  ['client.set-irqs', (device) => device.setIrqs({ index: 0, flags: 0x21, start: 0, count: 0 })],
  ['client.mmap', (device) => device.mmap(0, 0, 4096)],
  ['client.feature', (device) => device.feature(0, new Uint8Array())],
  ['client.migration-state', (device) => device.setMigrationState(VFIO_DEVICE_STATE_RUNNING)],
  // The bench has mapped its memory already.
  ['client.dma-map', (device) => device.dmaMap({ iova: 0x10000, memory: new Uint8Array(4096) }), 2],
  ['client.dma-unmap', (device) => device.dmaUnmap(0, 0x2000)],
  ['client.bind', (device) => device.bind(new AddressSpace())],
  ['client.quiet', (device) => device.dmaUnmap(0, 0x2000), 2],
  ['client.control-open', (device) => device.control()],
  [
    'client.control',
    async (device) => {
      await using control = await device.control();
      await control.call(EventChannelClass, 'create', {});
    },
  ],
];

describe('calls of a client with a plan (docs/reference/fault-plans.md)', () => {
  for (const [point, call, nth = 1] of calls) {
    it(`row: ${point}: fails with the errno of the plan, and the device goes on`, async () => {
      await using bench = await FaultBench.open(at(point, { fault: 'fail', errno: 'EPERM' }, nth));
      const answer = await settled(() => call(bench.device));
      expect(answer).to.equal('EPERM fault.injected');
      expect(await read32(bench.device, 0, VALUE)).to.equal(0);
    });
  }

  it('row: client.open: fails, and a later one does not', async () => {
    await using bench = new FaultBench([at('client.open', { fault: 'fail', errno: 'EMFILE' })]);
    await bench.create();
    expect(await settled(bench.open())).to.equal('EMFILE fault.injected');
    await bench.open();
    expect(bench.notes).to.deep.equal(['reset', 'open']);
  });

  for (const [point, end] of [
    ['client.close', (device) => device.close()],
    [
      'client.unbind',
      async (device) => {
        const binding = await device.bind(new AddressSpace());
        await binding.unbind();
      },
    ],
    [
      'client.control-close',
      async (device) => {
        const control = await device.control();
        await control.close();
      },
    ],
  ] as const satisfies readonly (readonly [ClientPoint, (device: Device) => Promise<void>])[]) {
    it(`row: ${point}: is met, and ends what it ends though the mdev is pulled out`, async () => {
      await using bench = await FaultBench.open(at(point, { fault: 'remove' }));
      await end(bench.device);
      await bench.device.close();
      expect(bench.faults).to.deep.equal([`0 ${point} 1 remove`]);
    });
  }

  it('row: client.release: row: client.quiet: nobody may refuse that a client has gone', async () => {
    await using bench = new FaultBench([
      { at: 'any', when: { every: 1 }, do: { fault: 'clock-jump', ms: 0 } },
      { at: 'client.quiet', when: { nth: 1 }, do: { fault: 'fail' } },
    ]);
    const uuid = await bench.create();
    const attached = await bench.host.attach(uuid);
    await attached.endpoint.releaseClient();
    await attached.close();
    const met = bench.faults.map((line) => line.split(' ')[1]);
    expect(met).to.include('client.release').and.to.include('client.quiet');
    expect(bench.faults.some((line) => line.endsWith('fail'))).to.equal(false);
  });

  it('row: client.read: row: corrupt: row: shorten: are about what the client gets', async () => {
    await using bench = await FaultBench.open(
      at('client.read', { fault: 'corrupt', bits: 5 }),
      at('client.read', { fault: 'shorten', to: 3 }, 2),
      at('client.read', { fault: 'shorten' }, 3),
    );
    const { device } = bench;
    const all = counting(8, 0x21);
    await device.write(0, VALUE, all);
    const read = async (): Promise<Uint8Array> => {
      const into = new Uint8Array(8).fill(0xee);
      expect(await device.read(0, VALUE, into)).to.equal(8);
      return into;
    };
    expect(bitsBetween(await read(), all)).to.equal(5);
    expect([...(await read())]).to.deep.equal([0x21, 0x22, 0x23, 0, 0, 0, 0, 0]);
    expect([...(await read())]).to.deep.equal([0x21, 0x22, 0x23, 0x24, 0, 0, 0, 0]);
    expect(await read()).to.deep.equal(all);
  });

  it('row: client.write: row: stall: has its effect later, with the bytes of then', async () => {
    await using bench = await FaultBench.open({
      at: 'client.write',
      where: { offset: DOOR, length: 4 },
      when: { nth: 1 },
      do: { fault: 'stall', ms: 5 },
    });
    const { device } = bench;
    const doors = (): string[] => bench.notes.filter((note) => note.startsWith('door'));
    const bytes = Uint8Array.of(1, 0, 0, 0);
    expect(await device.write(0, DOOR, bytes)).to.equal(4);
    bytes[0] = 9;
    await write32(device, 0, DOOR, 2);
    bench.clock.advance(4);
    expect(doors()).to.deep.equal(['door 2']);
    bench.clock.advance(1);
    expect(doors()).to.deep.equal(['door 2', 'door 1']);
  });

  it('row: stall: what the core refuses is refused at once, and a close forgets what is late', async () => {
    await using bench = await FaultBench.open({
      at: 'client.write',
      when: { every: 1 },
      do: { fault: 'stall', ms: 5 },
    });
    const { device } = bench;
    expect(await settled(write32(device, 7, 0, 1))).to.equal('EINVAL region.index');
    expect(await settled(write32(device, 0, 0x20, 1))).to.equal('EINVAL region.range');
    await write32(device, 0, DOOR, 1);
    await device.close();
    bench.clock.advance(10);
    expect(bench.notes.some((note) => note.startsWith('door'))).to.equal(false);
  });

  for (const [point, call] of calls) {
    if (['client.dma-map', 'client.bind', 'client.control', 'client.mmap'].includes(point)) {
      it(`row: memory-pressure: ${point} answers ENOMEM, and after its calls there is memory again`, async () => {
        await using bench = await FaultBench.open(
          at('client.info', { fault: 'memory-pressure', calls: 1 }),
        );
        await bench.device.info();
        expect(await settled(() => call(bench.device))).to.equal('ENOMEM fault.injected');
        bench.model.clock.schedule(1, () => undefined)[Symbol.dispose]();
      });
    }
  }

  it('row: remove: the call goes on, and then the device is gone', async () => {
    await using bench = await FaultBench.open(at('client.read', { fault: 'remove' }));
    const events = bench.device.events();
    await read32(bench.device, 0, VALUE);
    for await (const event of events) {
      if (event.kind === 'hangup') {
        break;
      }
    }
    expect(await settled(bench.device.info())).to.equal('ENODEV device.revoked');
    await bench.device.close();
    await microtasks();
    expect(bench.host.mdevs).to.deep.equal([]);
  });

  it('row: event: row: drop: the client is not told', async () => {
    await using bench = await FaultBench.open({
      at: 'event',
      when: { nth: 1 },
      do: { fault: 'drop' },
    });
    const events = bench.device.events();
    bench.model.events.report({ kind: 'error', message: 'first' });
    bench.model.events.report({ kind: 'error', message: 'second' });
    expect((await events.next()).value).to.deep.equal({ kind: 'error', message: 'second' });
    await events.return?.();
  });
});
