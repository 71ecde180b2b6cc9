import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { QuiesceCause } from '@mdevkit/core';
import { VFIO_USER_DEVICE_RESET, VFIO_USER_DMA_MAP } from '@mdevkit/uapi';
import { fields } from '../raw-client.test-support.js';
import { DEADLINE_MS, openSession, settled } from './session.test-support.js';

describe('DEVICE_RESET (vfio-user specification, VFIO_USER_DEVICE_RESET)', () => {
  it('reset: the device is quiet before, is reset once, and keeps the maps', async () => {
    const calls: string[] = [];
    await using bench = await openSession({
      model: {
        quiesce: (why: QuiesceCause) => void calls.push(why),
        resume: () => void calls.push('resume'),
        reset: () => void calls.push('reset!'),
      },
    });
    await bench.ask(VFIO_USER_DMA_MAP, fields(32, 3, 0n, 0n, 0x1000n));
    calls.length = 0;
    const { payload, descriptors } = await bench.ask(VFIO_USER_DEVICE_RESET);
    expect([payload.length, descriptors.length], 'a bare header').to.deep.equal([0, 0]);
    expect(calls).to.deep.equal(['reset', 'reset!', 'resume']);
    expect(bench.session.maps.size).to.equal(1);
  });

  it('reset waits: the reply comes when the model has answered', async () => {
    let finish = (): void => undefined;
    let opened = false;
    await using bench = await openSession({
      model: {
        reset: () => (opened ? new Promise<void>((resolve) => (finish = resolve)) : undefined),
      },
    });
    opened = true;
    let done = false;
    const resetting = bench.outcome(VFIO_USER_DEVICE_RESET).finally(() => (done = true));
    await settled();
    expect(done).to.equal(false);
    finish();
    expect(await resetting).to.equal('ok');
  });

  it('reset refused: a device without one is EINVAL; one that fails gives its errno', async () => {
    await using without = await openSession();
    expect(await without.outcome(VFIO_USER_DEVICE_RESET)).to.equal('EINVAL device.no-reset');
    let opened = false;
    await using failing = await openSession({
      model: {
        reset: () => {
          if (opened) {
            throw new Error('broken');
          }
        },
      },
    });
    opened = true;
    expect(await failing.outcome(VFIO_USER_DEVICE_RESET)).to.equal('EIO model.threw');
    opened = false;
    expect(await failing.outcome(VFIO_USER_DEVICE_RESET), 'a reset helps').to.equal('ok');
  });

  it('reset not quiet: goes on after the deadline', async () => {
    let answers = true;
    await using bench = await openSession({
      model: {
        reset: () => undefined,
        quiesce: () => (answers ? undefined : new Promise<void>(() => undefined)),
      },
    });
    answers = false;
    const resetting = bench.outcome(VFIO_USER_DEVICE_RESET);
    await settled();
    bench.clock.advance(DEADLINE_MS);
    expect(await resetting).to.equal('ok');
    answers = true;
  });
});
