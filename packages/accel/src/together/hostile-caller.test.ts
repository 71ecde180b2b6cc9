import { expect } from 'chai';
import { describe, it } from 'mocha';
import { settled } from '../settled.test-support.js';
import { Fixture, reasonOf } from './fixture.test-support.js';
import { Accelerator } from '../library/index.js';

const job = { algorithm: 'sha256', input: new Uint8Array(3) } as const;
const wrongSizes = [NaN, -1, -100, 0.5, Infinity, -Infinity, 2 ** 53];

/** What a caller without types may pass as bytes. */
function asBytes(value: unknown): Uint8Array {
  return value as Uint8Array;
}

/** What a caller without types may pass as a number. */
function asNumber(value: unknown): number {
  return value as number;
}

describe('a caller that passes nonsense (UADK wd_comp.c, wd_comp_check_params)', () => {
  it('input that is no Uint8Array is refused, and does not wedge the queue (bug)', async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open();
    for (const input of [new ArrayBuffer(8), 'hello', [1, 2], undefined, new Uint16Array(2)]) {
      expect(await reasonOf(accelerator.sha256(asBytes(input)))).to.equal('accel.job');
    }
    expect((await accelerator.queue(0).run(job)).length).to.equal(32);
  });

  it('key, iv and associated data that are no Uint8Array are refused (bug)', async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open();
    const good = { key: new Uint8Array(16), iv: new Uint8Array(12) };
    for (const bad of [
      { ...good, key: asBytes('k'.repeat(16)) },
      { ...good, iv: asBytes('i'.repeat(12)) },
      { ...good, associated: asBytes({ length: NaN }) },
    ]) {
      expect(await reasonOf(accelerator.encrypt(job.input, bad))).to.equal('accel.job');
    }
    expect((await accelerator.encrypt(job.input, good)).length).to.equal(3 + 16);
  });

  it('a size that is no number of bytes does not wedge the queue (bug)', async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open();
    const queue = accelerator.queue(0);
    for (const size of [...wrongSizes, asNumber('64'), asNumber(undefined)]) {
      const input = queue.allocate({ input: size, output: 64 });
      const output = queue.allocate({ input: 64, output: size });
      expect(await reasonOf(input), String(size)).to.equal('accel.job');
      expect(await reasonOf(output), String(size)).to.equal('accel.job');
    }
    expect((await queue.run(job)).length).to.equal(32);
  });

  it("a negative size gives nobody another buffer's memory (bug)", async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open();
    const queue = accelerator.queue(0);
    using held = await queue.allocate({ input: 64, output: 64 });
    expect(await reasonOf(queue.allocate({ input: -100, output: 64 }))).to.equal('accel.job');
    using next = await queue.allocate({ input: 64, output: 64 });
    expect(next.inputAt).to.be.at.least(held.outputAt + 64);
  });

  it("sizes that change while they wait give nobody another buffer's memory (bug)", async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open({ bufferBytes: 4096 });
    const queue = accelerator.queue(0);
    const all = await queue.allocate({ input: 4096, output: 0 });
    const sizes = { input: 64, output: 64 };
    const waiting = queue.allocate(sizes);
    await settled();
    sizes.output = 4000;
    all[Symbol.dispose]();
    using buffer = await waiting;
    expect(buffer.output.length).to.equal(64);
  });

  it('no job writes beyond the output of its buffer (bug)', async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open();
    const queue = accelerator.queue(0);
    using buffer = await queue.allocate({ input: 64, output: 0 });
    using next = await queue.allocate({ input: 64, output: 64 });
    const aes = { key: new Uint8Array(16), iv: new Uint8Array(12) };
    for (const bad of [
      { algorithm: 'sha256', input: buffer },
      { algorithm: 'deflate', input: buffer, maxOutput: 64 },
      { ...aes, algorithm: 'aes-gcm-encrypt', input: buffer },
    ] as const) {
      expect(await reasonOf(queue.submit([bad])), bad.algorithm).to.equal('accel.job');
    }
    expect(buffer.busy).to.equal(false);
    expect(next.input.every((byte) => byte === 0)).to.equal(true);
  });

  it('options that are no number of bytes or no page are refused before memory is taken (bug)', async () => {
    await using fixture = await Fixture.make();
    const { device } = await fixture.device();
    let taken = 0;
    const allocateMemory = (bytes: number): Uint8Array => {
      taken += 1;
      return new Uint8Array(bytes);
    };
    const wrong = wrongSizes.flatMap((value) => [{ bufferBytes: value }, { iova: value }]);
    for (const options of [...wrong, { iova: 100 }]) {
      const attached = Accelerator.attach(device, { ...options, allocateMemory });
      expect(await reasonOf(attached), JSON.stringify(options)).to.equal('accel.job');
    }
    for (const value of wrongSizes) {
      const depth = Accelerator.attach(device, { depth: value });
      expect(await reasonOf(depth)).to.equal('accel.job');
      const queues = Accelerator.attach(device, { queues: value });
      expect(await reasonOf(queues)).to.equal('accel.no-device');
      expect(await reasonOf(fixture.open({ queues: value }))).to.equal('accel.no-device');
    }
    expect(taken).to.equal(0);
    await device.close();
  });

  it('a queue that there is not has no statistics (bug)', async () => {
    await using fixture = await Fixture.make();
    await using accelerator = await fixture.open();
    for (const index of [1, -1, NaN, 0.5]) {
      expect(await reasonOf(accelerator.deviceStatistics(index))).to.include('RangeError');
    }
  });
});
