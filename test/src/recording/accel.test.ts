import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevHost } from '@mdevkit/core';
import { openAccelerator } from '@mdevkit/accel';
import accelDriver from '@mdevkit/accel/driver';
import { memorySink, parseRecording, Recorder, replayInto, type Recording } from '@mdevkit/testing';

/** Jobs one after the other; each is done by a thread of the device. */
async function recordJobs(): Promise<Recording> {
  const sink = memorySink();
  {
    await using host = new MdevHost({ interposers: [new Recorder({ open: () => sink })] });
    await host.load(accelDriver);
    await using accelerator = await openAccelerator(host, {
      algorithms: ['sha256', 'deflate', 'inflate'],
    });
    for (let job = 0; job < 3; job += 1) {
      await accelerator.sha256(new Uint8Array(100 + job));
      const packed = await accelerator.compress(new Uint8Array(1000).fill(job), 9);
      await accelerator.decompress(packed, 1000);
    }
  }
  return parseRecording(sink.bytes);
}

describe('replay of a device that works in threads (own rule; docs/reference/recording.md)', () => {
  it('row: threads: the accelerator with one job at a time has no differences', async () => {
    const recording = await recordJobs();
    for (const sharedMemory of [false, true]) {
      await using host = new MdevHost();
      await host.load(accelDriver);
      const { calls, leftOut, differences } = await replayInto(
        recording,
        host,
        {},
        { sharedMemory },
      );
      expect(differences).to.deep.equal([]);
      expect(calls).to.be.greaterThan(20);
      expect(leftOut).to.equal(0);
    }
  });
});
