import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bindIrqs, irqCallback, MdevError, read32, write32, type Device } from '@mdevkit/core';
import { VfioUserDevice, VfioUserServer } from '@mdevkit/vfio-user';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { DOOR, FaultBench, VALUE } from '../bench.test-support.js';
import type { FaultRule } from '../plan.js';

/** A client over a socket, of a device with a plan. */
async function overSocket(
  rules: readonly FaultRule[],
  run: (device: Device, bench: FaultBench) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mdevkit-fault-'));
  await using bench = new FaultBench(rules);
  const path = join(folder, 'bench.sock');
  const server = VfioUserServer.listen(await bench.host.attach(await bench.create()), { path });
  server.run();
  try {
    await using device = await VfioUserDevice.connect(path);
    await run(device, bench);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Of an answer over a socket the errno is all there is. */
async function errnoOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    return MdevError.is(error) ? error.code : error;
  }
}

describe('a plan and a client over vfio-user (vfio-user protocol specification, Errors)', () => {
  for (const [point, call] of [
    ['client.read', (device) => read32(device, 0, VALUE)],
    ['client.reset', (device) => device.reset()],
    ['client.set-irqs', (device) => bindIrqs(device, 0, [irqCallback(() => undefined)])],
    ['client.feature', (device) => device.feature(0, new Uint8Array())],
    ['model.read', (device) => read32(device, 0, VALUE)],
    ['model.write', (device) => write32(device, 0, VALUE, 1)],
  ] as const satisfies readonly (readonly [
    FaultRule['at'],
    (device: Device) => Promise<unknown>,
  ])[]) {
    it(`row: ${point}: the client has the errno of the plan, and the connection stays`, async () => {
      const rule: FaultRule = {
        at: point,
        when: { nth: 1 },
        do: { fault: 'fail', errno: 'ENXIO' },
      };
      await overSocket([rule], async (device, bench) => {
        const answer = await errnoOf(call(device));
        expect([bench.faults, answer]).to.deep.equal([[`0 ${point} 1 fail`], 'ENXIO']);
        expect((await device.info()).numRegions).to.equal(1);
      });
    });
  }

  it('row: stall: row: link-down: are the same as in process', async () => {
    const rules: readonly FaultRule[] = [
      {
        at: 'client.write',
        where: { offset: DOOR },
        when: { nth: 1 },
        do: { fault: 'stall', ms: 5 },
      },
      { at: 'client.read', when: { nth: 2 }, do: { fault: 'link-down', ms: 50 } },
    ];
    await overSocket(rules, async (device, bench) => {
      await write32(device, 0, DOOR, 3);
      expect(await read32(device, 0, DOOR)).to.equal(0);
      bench.clock.advance(5);
      expect(await read32(device, 0, DOOR)).to.equal(0xffffffff);
      bench.clock.advance(50);
      expect(await read32(device, 0, DOOR)).to.equal(3);
    });
  });
});
