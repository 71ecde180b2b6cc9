import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Status } from '../abi/index.js';
import { settled } from '../settled.test-support.js';
import { Fixture, reasonOf } from './fixture.test-support.js';
import { Accelerator, outputOf } from '../library/index.js';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('an accelerator', () => {
  it('computes what node computes, through every convenience', async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open();
    const text = Buffer.from('accelerate '.repeat(5000));
    for (const input of [text, Buffer.alloc(0)]) {
      const packed = await accelerator.compress(input, 9);
      expect(Buffer.compare(packed, deflateSync(input, { level: 9 }))).to.equal(0);
      const plain = await accelerator.decompress(packed, input.length);
      expect(Buffer.compare(plain, input)).to.equal(0);
      expect(hex(await accelerator.sha256(input))).to.equal(digest(input));
      const aes = { key: new Uint8Array(32), iv: new Uint8Array(12), associated: text };
      const sealed = await accelerator.encrypt(input, aes);
      expect(sealed.length).to.equal(input.length + 16);
      expect(Buffer.compare(await accelerator.decrypt(sealed, aes), input)).to.equal(0);
      sealed[0] = (sealed[0] ?? 0) ^ 1;
      expect(await reasonOf(accelerator.decrypt(sealed, aes))).to.equal('accel.authentication');
    }
    expect(accelerator.algorithms).to.include.members(['deflate', 'aes-gcm-decrypt']);
    expect(await accelerator.deviceStatistics(0)).to.include({ completed: 10, failed: 2 });
    expect(accelerator.queue(0).statistics).to.include({ jobs: 12, failed: 2, pending: 0 });
  });

  it('rings once for a batch', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    await using accelerator = await fixture.open();
    const queue = accelerator.queue(0);
    const inputs = [1, 2, 3, 4, 5].map((value) => new Uint8Array([value]));
    const results = await queue.submit(inputs.map((input) => ({ algorithm: 'sha256', input })));
    expect(queue.statistics).to.include({ batches: 1, doorbells: 1, pending: 5, bytesIn: 5 });
    for (const index of [4, 2, 0, 1, 3]) {
      fixture.controlled.jobs[index]?.end(new Uint8Array([index]));
    }
    const outputs = await Promise.all(results);
    expect(outputs.map(({ output }) => output[0])).to.deep.equal([0, 1, 2, 3, 4]);
    expect((await queue.submit([])).length).to.equal(0);
  });

  it('random batches, ended in random order: each job once, with its own data', async () => {
    const sizes = fc.array(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 12 }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(sizes, fc.infiniteStream(fc.nat()), async (batches, choices) => {
        await using fixture = await Fixture.make({ controlled: true });
        await using accelerator = await fixture.open({ depth: 8, bufferBytes: 4096 });
        const queue = accelerator.queue(0);
        let value = 0;
        const running = batches.map(async (batch) => {
          const inputs = batch.map((size) => new Uint8Array(size).fill(++value));
          const jobs = inputs.map((input) => ({ algorithm: 'sha256', input }) as const);
          const results = await Promise.all(await queue.submit(jobs));
          results.forEach(({ status, output, consumed }, index) => {
            expect(status).to.equal(Status.OK);
            expect(hex(output)).to.equal(digest(inputs[index] ?? new Uint8Array(0)));
            expect(consumed).to.equal(inputs[index]?.length);
          });
          return results.length;
        });
        const total = batches.flat().length;
        const open: typeof fixture.controlled.jobs = [];
        let seen = 0;
        for (let ended = 0; ended < total; ended++) {
          await settled();
          open.push(...fixture.controlled.jobs.slice(seen));
          seen = fixture.controlled.jobs.length;
          expect(queue.pending).to.be.at.most(8);
          const [next] = open.splice((choices.next().value ?? 0) % open.length, 1);
          next?.end(createHash('sha256').update(next.job.input).digest());
        }
        const counts = await Promise.all(running);
        expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(total);
        expect(queue.statistics).to.include({ jobs: total, failed: 0, pending: 0 });
      }),
      { seed: 20261121, numRuns: 40 },
    );
  });

  it('waits while ring or buffer memory is full, and keeps the order of callers', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    await using accelerator = await fixture.open({ depth: 4, bufferBytes: 4096 });
    const queue = accelerator.queue(0);
    const accepted: string[] = [];
    const submit = async (name: string, count: number, size: number): Promise<void> => {
      const jobs = Array.from({ length: count }, () => ({
        algorithm: 'sha256' as const,
        input: new Uint8Array(size),
      }));
      const results = await queue.submit(jobs);
      expect(results.length).to.equal(count);
      accepted.push(name);
    };
    const all = [submit('ring', 6, 1), submit('memory', 2, 3000), submit('last', 1, 1)];
    await settled();
    expect(queue.pending).to.equal(4);
    expect(accepted).to.deep.equal([]);
    const end = async (index: number): Promise<void> => {
      await fixture.controlled.end(index, new Uint8Array(1));
    };
    await end(0);
    expect(accepted).to.deep.equal([]);
    await end(1);
    expect(accepted).to.deep.equal(['ring']);
    for (const index of [2, 3, 4, 5]) {
      await end(index);
    }
    // Both jobs of 3000 bytes do not fit together, although the ring has room.
    expect(queue.pending).to.equal(1);
    expect(accepted).to.deep.equal(['ring']);
    await end(6);
    await settled();
    expect(accepted).to.deep.equal(['ring', 'memory', 'last']);
    await Promise.all(all);
    await end(7);
    await end(8);
    expect(queue.statistics).to.include({ jobs: 9, pending: 0 });
  });

  it('refuses what can never fit, and what is not well formed, before it hands anything over', async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open({ bufferBytes: 4096 });
    const queue = accelerator.queue(0);
    const good = { algorithm: 'sha256', input: new Uint8Array(1) } as const;
    const cases: [Parameters<typeof queue.run>[0], string][] = [
      [{ algorithm: 'sha256', input: new Uint8Array(4096) }, 'accel.too-large'],
      [{ algorithm: 'inflate', input: good.input }, 'accel.job'],
      [{ algorithm: 'inflate', input: good.input, maxOutput: -1 }, 'accel.job'],
      [{ algorithm: 'inflate', input: good.input, maxOutput: 2 ** 32 }, 'accel.too-large'],
      [{ algorithm: 'deflate', input: good.input, level: 10 }, 'accel.job'],
      [{ algorithm: 'deflate', input: good.input, level: 0 }, 'accel.job'],
      [{ ...good, inputLength: 1 }, 'accel.job'],
    ];
    for (const [job, reason] of cases) {
      expect(await reasonOf(queue.submit([good, job]))).to.equal(reason);
    }
    const aes = { algorithm: 'aes-gcm-decrypt', input: new Uint8Array(16) } as const;
    const key = new Uint8Array(16);
    const iv = new Uint8Array(12);
    for (const bad of [
      { ...aes, key: new Uint8Array(17), iv },
      { ...aes, key, iv: new Uint8Array(16) },
      { ...aes, key, iv, input: new Uint8Array(15) },
    ]) {
      expect(await reasonOf(queue.submit([bad]))).to.equal('accel.job');
    }
    expect(queue.statistics).to.include({ batches: 0, doorbells: 0 });
    expect(() => accelerator.queue(1)).to.throw(RangeError);
  });

  it('lets callers fill buffers in place: no copy in or out, one job at a time', async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open({ queues: 2, bufferBytes: 8192 });
    const queue = accelerator.queue(0);
    const buffer = await queue.allocate({ input: 1000, output: 1100 });
    buffer.input.fill(7);
    const job = { algorithm: 'deflate', input: buffer, inputLength: 500 } as const;
    const [result] = await queue.submit([job]);
    expect(await reasonOf(queue.submit([job]))).to.equal('accel.buffer-busy');
    const output = outputOf((await result) ?? expect.fail());
    expect(output.buffer).to.equal(buffer.output.buffer);
    expect(inflateSync(output).length).to.equal(500);
    expect(await reasonOf(queue.submit([job, job]))).to.equal('accel.buffer-busy');
    expect(buffer.busy).to.equal(false);
    expect(await reasonOf(accelerator.queue(1).submit([job]))).to.equal('accel.buffer-foreign');
    const waiting = queue.allocate({ input: 7000, output: 0 });
    await settled();
    buffer[Symbol.dispose]();
    buffer[Symbol.dispose]();
    (await waiting)[Symbol.dispose]();
    expect(await reasonOf(queue.submit([job]))).to.equal('accel.buffer-foreign');
    expect(await reasonOf(queue.allocate({ input: 9000, output: 0 }))).to.equal('accel.too-large');
  });

  it('a buffer that is disposed during its job comes back after it', async () => {
    await using fixture = await Fixture.make({ controlled: true });
    await using accelerator = await fixture.open({ bufferBytes: 4096 });
    const queue = accelerator.queue(0);
    const buffer = await queue.allocate({ input: 4096 - 64, output: 64 });
    const [result] = await queue.submit([{ algorithm: 'sha256', input: buffer }]);
    buffer[Symbol.dispose]();
    const next = queue.allocate({ input: 4096, output: 0 });
    await settled();
    expect(queue.pending).to.equal(1);
    await fixture.controlled.end(0);
    await result;
    (await next)[Symbol.dispose]();
  });

  it('streams in order, and reads no further ahead than it was told', async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open({ queues: 2 });
    const chunks = Array.from({ length: 20 }, (_, i) => Buffer.alloc(2000 - i * 90, i));
    let read = 0;
    function* source(): Generator<Uint8Array> {
      for (const chunk of chunks) {
        read += 1;
        yield chunk;
      }
    }
    const outputs: string[] = [];
    const options = { algorithm: 'sha256', concurrency: 3 } as const;
    for await (const output of accelerator.transform(source(), options)) {
      outputs.push(hex(output));
      expect(read).to.be.at.most(outputs.length + 2);
    }
    expect(outputs).to.deep.equal(chunks.map(digest));
    for await (const first of accelerator.transform(chunks, { algorithm: 'deflate' })) {
      expect(inflateSync(first).length).to.equal(2000);
      break;
    }
    const wrong = accelerator.transform([Buffer.from('no stream')], {
      algorithm: 'inflate',
      maxOutput: 10,
    });
    expect(await reasonOf(wrong.next())).to.equal('accel.data');
    const none = accelerator.transform([], { algorithm: 'sha256', concurrency: 0 });
    expect(await reasonOf(none.next())).to.include('RangeError');
    await accelerator.idle();
  });

  it('is told by its type which errors jobs end with', async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open();
    const packed = deflateSync(Buffer.alloc(100));
    const cut = packed.subarray(0, packed.length - 1);
    expect(await reasonOf(accelerator.decompress(packed, 99))).to.equal('accel.output-too-small');
    expect(await reasonOf(accelerator.decompress(cut, 100))).to.equal('accel.data');
    const [result] = await accelerator
      .queue(0)
      .submit([{ algorithm: 'inflate', input: cut, maxOutput: 100 }]);
    expect(await result).to.include({ status: Status.DATA_ERROR, consumed: 0 });
  });
});

describe('Accelerator.attach', () => {
  it('uses a device that is open, and leaves it open and quiet', async () => {
    await using fixture = await Fixture.make();
    const { device } = await fixture.device('accel-2q');
    for (let round = 0; round < 2; round++) {
      const accelerator = await Accelerator.attach(device, { depth: 2 });
      expect(accelerator.queueCount).to.equal(2);
      const input = Buffer.from(`round ${round}`);
      expect(hex(await accelerator.sha256(input))).to.equal(digest(input));
      await accelerator.close();
      expect(await reasonOf(accelerator.sha256(input))).to.equal('accel.closed');
    }
    expect((await device.info()).numRegions).to.equal(9);
    await device.close();
  });

  it('leaves maps of others alone when its own find no room', async () => {
    await using fixture = await Fixture.make();
    const { device } = await fixture.device('accel-2q');
    const options = { iova: 0x10_0000, depth: 2, bufferBytes: 4096 };
    await device.dmaMap({ iova: 0x10_2000, memory: new Uint8Array(4096) });
    expect(await reasonOf(Accelerator.attach(device, options))).to.equal('dma.overlap');
    expect(await device.dmaUnmap(0x10_0000, 0x10_0000)).to.equal(4096);
    await (await Accelerator.attach(device, options)).close();
    expect(await device.dmaUnmap(0x10_0000, 0x10_0000)).to.equal(0);
    await device.close();
  });

  it('refuses what is no accelerator, and impossible options', async () => {
    await using fixture = await Fixture.make();
    const { device } = await fixture.device();
    const strange = new Proxy(device, {
      get: (target, name) =>
        name === 'info'
          ? () => Promise.resolve({ flags: 0, numRegions: 5, numIrqs: 1 })
          : (Reflect.get(target, name) as unknown),
    });
    expect(await reasonOf(Accelerator.attach(strange))).to.equal('accel.not-an-accelerator');
    for (const depth of [0, 3, 8192]) {
      expect(await reasonOf(Accelerator.attach(device, { depth }))).to.equal('accel.job');
    }
    expect(await reasonOf(Accelerator.attach(device, { queues: 2 }))).to.equal('accel.no-device');
    const short = Accelerator.attach(device, { allocateMemory: () => new Uint8Array(1) });
    expect(await reasonOf(short)).to.include('allocateMemory');
    await device.close();
  });
});
