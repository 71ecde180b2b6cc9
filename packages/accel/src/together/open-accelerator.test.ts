import { MdevHost, nodeImporter } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { accelDriver } from '../driver/index.js';
import { settled } from '../settled.test-support.js';
import { Fixture, reasonOf, stoppedClock } from './fixture.test-support.js';
import { openAccelerator, type Accelerator } from '../library/index.js';

describe('openAccelerator (UADK wd.c, wd_get_accel_dev)', () => {
  it('works with the driver that a host loads by the name of the package', async () => {
    await using host = new MdevHost({
      importer: nodeImporter(import.meta.url),
      clock: stoppedClock,
    });
    expect(await host.loadPackage('@mdevkit/accel')).to.deep.equal(['accel']);
    expect(host.types.map(({ id }) => id)).to.deep.equal(['accel-1q', 'accel-2q', 'accel-4q']);
    await using accelerator = await openAccelerator(host, { algorithms: ['deflate', 'inflate'] });
    const packed = await accelerator.compress(Buffer.from('text'));
    expect(Buffer.from(await accelerator.decompress(packed, 10)).toString()).to.equal('text');
  });

  it('takes the smallest type with enough queues, near the node, and removes it at the end', async () => {
    await using host = new MdevHost({ clock: stoppedClock });
    const parents = [
      { name: 'far', queues: 16, numaNode: 0 },
      { name: 'near', queues: 4, numaNode: 1 },
    ];
    await host.load(accelDriver({ parents }));
    const options = { algorithms: ['sha256'], nearNode: 1, driver: 'accel' } as const;
    const opened: Accelerator[] = [];
    for (const queues of [3, 1]) {
      opened.push(await openAccelerator(host, { ...options, queues }));
    }
    expect(host.mdevs.map(({ parent, type }) => `${parent} ${type}`)).to.deep.equal([
      'near accel-4q',
      'far accel-1q',
    ]);
    expect(opened.map(({ queueCount }) => queueCount)).to.deep.equal([3, 1]);
    for (const accelerator of opened) {
      await accelerator.close();
      await accelerator.close();
    }
    expect(host.mdevs).to.deep.equal([]);
  });

  it('the 17th queue of a parent of 16 is EUSERS to a host, and ENODEV to who searches', async () => {
    await using fixture = await Fixture.make();
    const { host } = fixture;
    for (let i = 0; i < 16; i++) {
      await host.create({ parent: 'accel0', type: 'accel-1q' });
    }
    const one = host.create({ parent: 'accel0', type: 'accel-1q' });
    expect(await reasonOf(one)).to.equal('mdev.no-instances');
    expect(await reasonOf(fixture.open())).to.equal('accel.no-device');
  });

  it('no such algorithm, or more queues than any type has', async () => {
    await using fixture = await Fixture.make();
    expect(await reasonOf(fixture.open({ queues: 5 }))).to.equal('accel.no-device');
    await using host = new MdevHost({ clock: stoppedClock });
    expect(await reasonOf(openAccelerator(host, { algorithms: ['deflate'] }))).to.equal(
      'accel.no-device',
    );
  });

  it('tries the next type when another was faster, and leaves nothing behind on failure', async () => {
    await using fixture = await Fixture.make();
    const { host } = fixture;
    const stale = host.findTypes({});
    for (let i = 0; i < 16; i++) {
      await host.create({ parent: 'accel0', type: 'accel-1q' });
    }
    const late = {
      findTypes: () => stale,
      create: (options: { parent: string; type: string }) => host.create(options),
      open: (uuid: string) => host.open(uuid),
      remove: (uuid: string) => host.remove(uuid),
    };
    expect(await reasonOf(openAccelerator(late, { algorithms: ['sha256'] }))).to.equal(
      'accel.no-device',
    );
    await host.remove(host.mdevs[0]?.uuid ?? '');
    const bad = openAccelerator(late, { algorithms: ['sha256'], depth: 3 });
    expect(await reasonOf(bad)).to.equal('accel.job');
    expect(host.mdevs.length).to.equal(15);
  });

  it('two clients of one parent do not see each other', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    await using first = await fixture.open({ bufferBytes: 4096 });
    await using second = await fixture.open({ bufferBytes: 4096 });
    const job = (value: number) =>
      ({ algorithm: 'sha256', input: new Uint8Array([value]) }) as const;
    const [a] = await first.queue(0).submit([job(1)]);
    const [b] = await second.queue(0).submit([job(2)]);
    expect(fixture.controlled.jobs.map(({ job: { input } }) => input[0])).to.deep.equal([1, 2]);
    await first.reset();
    expect(await reasonOf(a)).to.equal('accel.reset');
    await settled();
    expect(second.queue(0).pending).to.equal(1);
    await fixture.controlled.end(1, new Uint8Array([22]));
    expect((await b)?.output[0]).to.equal(22);
    await fixture.controlled.end(0, new Uint8Array([11]));
    expect(first.queue(0).statistics.jobs).to.equal(0);
    expect(await second.deviceStatistics(0)).to.include({ completed: 1 });
    expect(await first.deviceStatistics(0)).to.include({ completed: 0 });
  });
});

describe('accelDriver', () => {
  it('refuses algorithms whose opcodes are not free', () => {
    const algorithm = { name: 'x', opcode: 1, run: () => Promise.reject(new Error()) };
    expect(() => accelDriver({ algorithms: [algorithm, algorithm] })).to.throw(RangeError);
    expect(() => accelDriver({ algorithms: [{ ...algorithm, opcode: 32 }] })).to.throw(RangeError);
  });
});
