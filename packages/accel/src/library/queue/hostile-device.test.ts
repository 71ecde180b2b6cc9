import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { CompletionEntry, SubmissionEntry } from '../../abi/index.js';
import { failure } from '../../errors.js';
import { settled } from '../../settled.test-support.js';
import { AccelQueue, QueueMemory, type QueueDevice } from './index.js';

/** A queue on a device that the test plays itself. */
class Played implements QueueDevice {
  enabled = true;
  error = 0;
  tailWritten: (bytes: Uint8Array) => Promise<void> = () => Promise.resolve();
  readonly memory = new QueueMemory({
    allocate: (bytes) => new Uint8Array(bytes),
    iova: 0x1000,
    depthLog2: 2,
    bufferBytes: 4096,
  });
  readonly queue = new AccelQueue({
    index: 0,
    device: this,
    memory: this.memory,
    depthLog2: 2,
    maxTransfer: 4096,
    algorithms: 0xffff_ffff,
  });

  start(): Promise<void> {
    return Promise.resolve();
  }

  status(): Promise<{ enabled: boolean; error: number }> {
    return Promise.resolve({ enabled: this.enabled, error: this.error });
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  ringTail(bytes: Uint8Array): Promise<void> {
    return this.tailWritten(bytes);
  }

  ringHead(): Promise<void> {
    return Promise.resolve();
  }

  tag(index: number): number {
    return SubmissionEntry.decode(this.memory.submissionRing, index * 64).tag;
  }

  complete(index: number, tag: number, produced = 0, status = 0): void {
    const phase = Math.floor(index / 4) % 2 === 0 ? 1 : 0;
    const values = { tag, produced, status, flags: phase };
    CompletionEntry.encode(values, this.memory.completionRing, (index % 4) * 32);
  }
}

const job = { algorithm: 'sha256', input: new Uint8Array(3) } as const;

async function reasonOf(promise: Promise<unknown> | undefined): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? error.reason : String(error);
  }
}

describe('a device that breaks the rules of completions', () => {
  it('a tag twice is a violation: reported, and nothing completes twice', async () => {
    const device = new Played();
    await device.queue.start();
    const [first, second] = await device.queue.submit([job, job]);
    device.complete(0, device.tag(0), 32);
    device.complete(1, device.tag(0), 32);
    device.queue.interrupted();
    expect((await first)?.status).to.equal(0);
    expect(await reasonOf(second)).to.equal('accel.protocol');
    expect(await reasonOf(device.queue.submit([job]))).to.equal('accel.protocol');
  });

  it('a tag that nobody has, and more output than there is room for', async () => {
    const violations: [number, number][] = [
      [0xdead_beef, 0],
      [0, 33],
    ];
    for (const [xor, produced] of violations) {
      const device = new Played();
      await device.queue.start();
      const [result] = await device.queue.submit([job]);
      device.complete(0, (device.tag(0) ^ xor) >>> 0, produced);
      device.queue.interrupted();
      expect(await reasonOf(result)).to.equal('accel.protocol');
      expect(await reasonOf(device.queue.submit([job]))).to.equal('accel.protocol');
      expect(device.memory.extents.available).to.equal(4096);
    }
  });

  it('a status that nobody knows is an error of the job', async () => {
    const device = new Played();
    await device.queue.start();
    const [result] = await device.queue.submit([job]);
    device.complete(0, device.tag(0), 0, 999);
    device.queue.interrupted();
    expect(await result).to.include({ status: 999 });
    expect((await result)?.error?.reason).to.equal('accel.device-error');
  });

  it('an interrupt without completions makes the queue ask what is the matter', async () => {
    const device = new Played();
    await device.queue.start();
    const [result] = await device.queue.submit([job]);
    device.queue.interrupted();
    await settled();
    expect(device.queue.pending).to.equal(1);
    device.enabled = false;
    device.error = 2;
    device.queue.interrupted();
    expect(await reasonOf(result)).to.equal('accel.queue-error');
    device.enabled = true;
    await device.queue.start();
    const [again] = await device.queue.submit([job]);
    device.enabled = false;
    device.error = 0;
    device.queue.check();
    expect(await reasonOf(again)).to.equal('accel.reset');
  });

  it('a queue that was restarted meanwhile is not judged by what it was before', async () => {
    const device = new Played();
    await device.queue.start();
    let answer: (status: { enabled: boolean; error: number }) => void = () => undefined;
    device.status = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    device.queue.check();
    await device.queue.start();
    answer({ enabled: false, error: 0 });
    await settled();
    expect((await device.queue.submit([job])).length).to.equal(1);
  });

  it('old completions of the pass before are not taken again', async () => {
    const device = new Played();
    await device.queue.start();
    for (let i = 0; i < 9; i++) {
      const [result] = await device.queue.submit([job]);
      device.complete(i, device.tag(i % 4), 32);
      device.queue.interrupted();
      device.queue.interrupted();
      expect((await result)?.error).to.equal(undefined);
    }
    expect(device.queue.statistics.jobs).to.equal(9);
  });

  it('key material is wiped from the shared memory when the job has ended', async () => {
    const device = new Played();
    await device.queue.start();
    const key = new Uint8Array(16).fill(0xab);
    const iv = new Uint8Array(12);
    const sealed = { algorithm: 'aes-gcm-encrypt', input: new Uint8Array(0), key, iv } as const;
    const [result] = await device.queue.submit([sealed]);
    expect(device.memory.bytes.includes(0xab)).to.equal(true);
    device.complete(0, device.tag(0), 16);
    device.queue.interrupted();
    await result;
    expect(device.memory.bytes.includes(0xab)).to.equal(false);
  });
});

describe('a device that answers at an awkward moment', () => {
  it('completions within the write of the doorbell wake who waits for room (bug)', async () => {
    const device = new Played();
    let done = 0;
    device.tailWritten = (bytes): Promise<void> => {
      const tail = new DataView(bytes.buffer).getUint32(0, true);
      for (; done < tail; done++) {
        device.complete(done, device.tag(done % 4), 32);
      }
      device.queue.interrupted();
      return Promise.resolve();
    };
    await device.queue.start();
    const results: unknown[] = [];
    void device.queue
      .submit(new Array<typeof job>(9).fill(job))
      .then((all) => results.push(...all));
    await settled();
    expect(results.length).to.equal(9);
    expect(device.queue.pending).to.equal(0);
  });

  it('a loss during the start is not forgotten at its end (bug)', async () => {
    const device = new Played();
    let enabled: () => void = () => undefined;
    device.start = () =>
      new Promise((resolve) => {
        enabled = resolve;
      });
    const starting = reasonOf(device.queue.start());
    device.queue.fail(failure('accel.lost'));
    enabled();
    expect(await starting).to.equal('accel.lost');
    expect(await reasonOf(device.queue.submit([job]))).to.equal('accel.lost');
  });

  it('a check that is asked for while one is under way is made after it (bug)', async () => {
    const device = new Played();
    await device.queue.start();
    const [result] = await device.queue.submit([job]);
    device.queue.check();
    device.enabled = false;
    device.queue.check();
    await settled();
    expect(device.queue.pending).to.equal(0);
    expect(await reasonOf(result)).to.equal('accel.reset');
  });

  it('a call that fails after the queue was restarted does not fail it again (bug)', async () => {
    const device = new Played();
    const failing: ((error: Error) => void)[] = [];
    const stuck = (): Promise<never> => new Promise((_, reject) => failing.push(reject));
    await device.queue.start();
    device.tailWritten = stuck;
    device.status = stuck;
    expect((await device.queue.submit([job])).length).to.equal(1);
    device.queue.check();
    device.queue.fail(failure('accel.reset'));
    device.tailWritten = () => Promise.resolve();
    device.status = () => Promise.resolve({ enabled: true, error: 0 });
    await device.queue.start();
    failing.forEach((fail) => {
      fail(new Error('before the reset'));
    });
    await settled();
    expect(failing.length).to.equal(2);
    expect((await device.queue.submit([job])).length).to.equal(1);
  });
});
