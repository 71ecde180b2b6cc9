import { deflateSync } from 'node:zlib';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Opcode, Status, STATUS_ENABLED, STATUS_IDLE } from '../../abi/index.js';
import { QUEUE_IN_FLIGHT } from './index.js';
import { Bench, DATA } from './bench.test-support.js';

describe('a queue does its work (drivers/misc/uacce/uacce.c, uacce_start_queue)', () => {
  it('runs a job, writes the result, then the completion, then interrupts its vector', async () => {
    const bench = Bench.working({ type: 'accel-2q' });
    bench.enable(0, { IRQ_VECTOR: 1 });
    const text = Buffer.from('compress me, compress me, compress me');
    bench.bytes(DATA, text.length).set(text);
    bench.entry(0, {
      opcode: Opcode.DEFLATE,
      tag: 77,
      source_length: text.length,
      destination_length: 1000,
    });
    bench.tail(1);
    expect(bench.get('SQ_HEAD')).to.equal(1);
    await bench.interrupts(1);
    const expected = deflateSync(text);
    expect(bench.completion(0)).to.deep.equal({
      tag: 77,
      sq_head: 1,
      produced: expected.length,
      consumed: text.length,
      status: Status.OK,
      flags: 1,
    });
    expect(Buffer.compare(bench.bytes(DATA + 0x2_0000, expected.length), expected)).to.equal(0);
    expect(bench.irqs.vectors).to.deep.equal([1]);
    expect(bench.get('CQ_TAIL')).to.equal(1);
    expect(bench.get('STATUS')).to.equal(STATUS_ENABLED | STATUS_IDLE);
  });

  it('works on a bounded number of jobs at a time', async () => {
    const bench = Bench.working({ depthLog2: 5 });
    for (let i = 0; i < 32; i++) {
      bench.entry(i, {});
    }
    bench.tail(32);
    expect(bench.controlled.jobs.length).to.equal(QUEUE_IN_FLIGHT);
    expect(bench.get('STATUS')).to.equal(STATUS_ENABLED);
    await bench.controlled.end(3);
    expect(bench.controlled.jobs.length).to.equal(QUEUE_IN_FLIGHT + 1);
    expect(bench.completion(0).tag).to.equal(3);
  });

  it('goes round the ring, completions in the order in which jobs end', async () => {
    const bench = Bench.working();
    const tags: number[] = [];
    for (let i = 0; i < 11; i++) {
      bench.entry(i, {});
      bench.tail(i + 1);
      await bench.controlled.end(i);
      const { tag, flags } = bench.completion(i);
      tags.push(tag);
      expect(flags).to.equal(Math.floor(i / 4) % 2 === 0 ? 1 : 0);
      bench.head(i + 1);
    }
    expect(tags).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('holds completions while the ring is full, and work with them', async () => {
    const bench = Bench.working();
    for (let i = 0; i < 4; i++) {
      bench.entry(i, {});
    }
    bench.tail(4);
    for (let i = 0; i < 4; i++) {
      await bench.controlled.end(i);
    }
    for (let i = 4; i < 8; i++) {
      bench.entry(i, { opcode: i === 7 ? 31 : 9 });
    }
    bench.tail(8);
    await bench.controlled.end(5);
    await bench.controlled.end(4);
    // The refused entry 7 ended first, but found the ring full as the others did.
    expect(bench.get('CQ_TAIL')).to.equal(4);
    expect([0, 1, 2, 3].map((i) => bench.completion(i).tag)).to.deep.equal([0, 1, 2, 3]);
    expect(bench.irqs.vectors.length).to.equal(4);
    bench.head(2);
    expect([0, 1, 2, 3].map((i) => bench.completion(i).tag)).to.deep.equal([7, 5, 2, 3]);
    expect(bench.irqs.vectors.length).to.equal(5);
    bench.head(4);
    expect([0, 1, 2, 3].map((i) => bench.completion(i).tag)).to.deep.equal([7, 5, 4, 3]);
    await bench.controlled.end(6);
    expect(bench.completion(3).tag).to.equal(6);
  });
});

describe('a queue whose client takes no completions', () => {
  it('begins no more than it may hold', async () => {
    const bench = Bench.working({ depthLog2: 4 });
    const fill = (from: number): void => {
      for (let i = from; i < from + 16; i++) {
        bench.entry(i, {});
      }
      bench.tail(from + 16);
    };
    fill(0);
    for (let i = 0; i < 16; i++) {
      await bench.controlled.end(i);
    }
    expect(bench.get('CQ_TAIL')).to.equal(16);
    fill(16);
    for (let i = 16; i < 16 + QUEUE_IN_FLIGHT; i++) {
      await bench.controlled.end(i);
    }
    expect(bench.controlled.jobs.length).to.equal(16 + QUEUE_IN_FLIGHT);
    expect(bench.get('STATUS')).to.equal(STATUS_ENABLED);
    bench.head(1);
    expect(bench.controlled.jobs.length).to.equal(16 + QUEUE_IN_FLIGHT + 1);
  });
});
