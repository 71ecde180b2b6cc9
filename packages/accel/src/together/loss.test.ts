import { expect } from 'chai';
import { describe, it } from 'mocha';
import { settled } from '../settled.test-support.js';
import { Fixture, reasonOf } from './fixture.test-support.js';
import { Accelerator } from '../library/index.js';

const job = { algorithm: 'sha256', input: new Uint8Array(10) } as const;

describe('an accelerator whose device goes (drivers/misc/uacce/uacce.c, uacce_remove)', () => {
  it('surprise removal rejects every job, those that wait for room included', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    const { uuid, device } = await fixture.device();
    const accelerator = await Accelerator.attach(device, { depth: 4 });
    const queue = accelerator.queue(0);
    const running = await queue.submit([job, job]);
    const waiting = queue.submit([job, job, job, job]);
    const behind = queue.submit([job]);
    await settled();
    const removal = fixture.host.remove(uuid, 0);
    const reasons = await Promise.all([...running, waiting, behind].map(reasonOf));
    expect(new Set(reasons)).to.deep.equal(new Set(['accel.lost']));
    expect(await reasonOf(queue.submit([job]))).to.equal('accel.lost');
    expect(await reasonOf(queue.allocate({ input: 1, output: 1 }))).to.equal('accel.lost');
    for (let i = 0; i < fixture.controlled.jobs.length; i++) {
      await fixture.controlled.end(i);
    }
    await removal;
    await accelerator.close();
    await device.close();
  });

  it('buffers of jobs that were never handed over are free again', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    await using accelerator = await fixture.open({ depth: 2 });
    const queue = accelerator.queue(0);
    const buffer = await queue.allocate({ input: 10, output: 32 });
    const waiting = queue.submit([job, job, { algorithm: 'sha256', input: buffer }]);
    await settled();
    expect(buffer.busy).to.equal(true);
    await accelerator.reset();
    expect(await reasonOf(waiting)).to.equal('accel.reset');
    expect(buffer.busy).to.equal(false);
    buffer[Symbol.dispose]();
    await fixture.controlled.end(0);
    await fixture.controlled.end(1);
  });

  it('a reset behind its back rejects them with EIO', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    const { device } = await fixture.device();
    const accelerator = await Accelerator.attach(device);
    const queue = accelerator.queue(0);
    const [result] = await queue.submit([job]);
    await device.reset();
    expect(await reasonOf(result)).to.match(/^accel\.(reset|queue-error)$/);
    await accelerator.reset();
    const [again] = await queue.submit([job]);
    await fixture.controlled.end(1, new Uint8Array([3]));
    expect((await again)?.output[0]).to.equal(3);
    await fixture.controlled.end(0);
    await accelerator.close();
    await device.close();
  });

  it('a reset of an idle device is noticed, too: the next job does not wait for ever', async () => {
    await using fixture = await Fixture.make();
    const { device } = await fixture.device();
    const accelerator = await Accelerator.attach(device);
    await device.reset();
    const results = await Promise.allSettled(
      await accelerator
        .queue(0)
        .submit([job])
        .catch(() => []),
    );
    expect(results.every(({ status }) => status === 'rejected')).to.equal(true);
    await accelerator.reset();
    expect((await accelerator.sha256(job.input)).length).to.equal(32);
    await accelerator.close();
    await device.close();
  });

  it('its own reset rejects what runs, and no late completion reaches a later job', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    await using accelerator = await fixture.open();
    const queue = accelerator.queue(0);
    const [result] = await queue.submit([job]);
    await accelerator.reset();
    expect(await reasonOf(result)).to.equal('accel.reset');
    const [next] = await queue.submit([job]);
    await fixture.controlled.end(0, new Uint8Array([1]));
    expect(queue.pending).to.equal(1);
    await fixture.controlled.end(1, new Uint8Array([2]));
    expect((await next)?.output[0]).to.equal(2);
  });

  it('unmapped memory is an error of the queue, not the end of the process', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    const { device } = await fixture.device();
    const accelerator = await Accelerator.attach(device, { iova: 0x10_0000, bufferBytes: 4096 });
    const [result] = await accelerator.queue(0).submit([job]);
    const rings = 256 * 96;
    await device.dmaUnmap(0x10_0000, rings + 4096);
    await fixture.controlled.end(0, new Uint8Array(1));
    expect(await reasonOf(result)).to.equal('accel.queue-error');
    await accelerator.close();
    await device.close();
  });

  it('close rejects what has not ended, and gives everything back when it is quiet', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    const accelerator = await fixture.open();
    const [result] = await accelerator.queue(0).submit([job]);
    const closing = accelerator.close();
    expect(await reasonOf(result)).to.equal('accel.closed');
    expect(fixture.host.mdevs.length).to.equal(1);
    await fixture.controlled.end(0);
    await closing;
    expect(fixture.host.mdevs.length).to.equal(0);
  });

  it('a host that asks for the device gets it: running jobs end, new ones are refused', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    const accelerator = await fixture.open();
    const [result] = await accelerator.queue(0).submit([job]);
    const [mdev] = fixture.host.mdevs;
    const removal = fixture.host.remove(mdev?.uuid ?? '');
    await settled();
    expect(await reasonOf(accelerator.queue(0).submit([job]))).to.equal('accel.lost');
    await fixture.controlled.end(0, new Uint8Array([8]));
    expect((await result)?.output[0]).to.equal(8);
    await removal;
    await accelerator.close();
    expect(fixture.host.mdevs.length).to.equal(0);
  });

  it('a release that fails after the request of the host is told to who closes, and to nobody else (bug: unhandled rejection)', async () => {
    await using fixture = await Fixture.make();
    const { uuid, device } = await fixture.device();
    let releases = 0;
    const accelerator = await Accelerator.attach(device, {}, async () => {
      releases += 1;
      await device.close();
      throw new Error('the way back is broken');
    });
    await fixture.host.remove(uuid);
    // An unhandled rejection is reported in between.
    await new Promise((resolve) => setImmediate(resolve));
    expect(releases).to.equal(1);
    expect(await reasonOf(accelerator.close())).to.equal('Error: the way back is broken');
  });
});

describe('an accelerator that is closed or lost while something waits', () => {
  it('jobs end and idle settles when the caller closes an attached device (bug)', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    const { device } = await fixture.device();
    const accelerator = await Accelerator.attach(device);
    const [result] = await accelerator.queue(0).submit([job]);
    const closing = device.close();
    await fixture.controlled.end(0);
    await closing;
    await settled();
    expect(accelerator.queue(0).pending).to.equal(0);
    expect(await reasonOf(result)).to.equal('accel.lost');
    await accelerator.idle();
    await accelerator.close();
  });

  it('a reset that runs does not revive a closed accelerator (bug)', async () => {
    for (let ticks = 0; ticks < 60; ticks++) {
      await using fixture = await Fixture.make();
      const { device } = await fixture.device('accel-2q');
      const accelerator = await Accelerator.attach(device, { depth: 2, bufferBytes: 4096 });
      const reset = reasonOf(accelerator.reset());
      for (let i = 0; i < ticks; i++) {
        await Promise.resolve();
      }
      await accelerator.close();
      // The last of them find the reset at its end.
      const outcomes = ticks < 10 ? ['accel.closed'] : ['accel.closed', 'none'];
      expect(await reset, `after ${ticks}`).to.be.oneOf(outcomes);
      const queue = accelerator.queue(0);
      for (const late of [
        queue.submit([job]),
        queue.allocate({ input: 1, output: 1 }),
        accelerator.sha256(job.input),
        accelerator.deviceStatistics(0),
        accelerator.reset(),
      ]) {
        expect(await reasonOf(late), `after ${ticks}`).to.equal('accel.closed');
      }
      await (await Accelerator.attach(device)).close();
      await device.close();
    }
  });

  it('a closed accelerator says so, even if its device was lost before (bug)', async () => {
    await using fixture = await Fixture.make();
    const { device } = await fixture.device();
    const accelerator = await Accelerator.attach(device);
    await device.close();
    await settled();
    expect(await reasonOf(accelerator.sha256(job.input))).to.equal('accel.lost');
    await accelerator.close();
    expect(await reasonOf(accelerator.queue(0).submit([job]))).to.equal('accel.closed');
  });

  it('two resets at a time do not set the queues up into each other (bug)', async () => {
    for (let ticks = 0; ticks < 40; ticks++) {
      await using fixture = await Fixture.make();
      await using accelerator = await fixture.open({ queues: 2, depth: 2, bufferBytes: 4096 });
      const first = accelerator.reset();
      for (let i = 0; i < ticks; i++) {
        await Promise.resolve();
      }
      await Promise.all([first, accelerator.reset()]);
      for (const index of [0, 1]) {
        expect((await accelerator.queue(index).run(job)).length).to.equal(32);
      }
    }
  });
});
