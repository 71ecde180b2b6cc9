import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MAX_TRANSFER, QueueError, Status, STATUS_ENABLED, STATUS_ERROR } from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { Bench, CQ, DATA, MEMORY, SQ } from './bench.test-support.js';

/** Bytes between the start and the end of what the bench maps. */
const END = MEMORY + 0x10_0000;

describe('a queue does not trust its client', () => {
  const stops: [string, (bench: Bench) => void, number][] = [
    [
      'a tail beyond the ring',
      (bench) => {
        bench.tail(5);
      },
      QueueError.SUBMISSION_TAIL,
    ],
    [
      'a tail of -1',
      (bench) => {
        bench.tail(0xffff_ffff);
      },
      QueueError.SUBMISSION_TAIL,
    ],
    [
      'a head beyond what was posted',
      (bench) => {
        bench.head(1);
      },
      QueueError.COMPLETION_HEAD,
    ],
    [
      'a ring that is not mapped',
      (bench) => {
        bench.enable(0, { SQ_BASE: END });
        bench.tail(1);
      },
      QueueError.SUBMISSION_FAULT,
    ],
    [
      'a ring that ends outside',
      (bench) => {
        bench.enable(0, { SQ_BASE: END - 64 });
        bench.tail(2);
      },
      QueueError.SUBMISSION_FAULT,
    ],
    [
      'no bus mastering',
      (bench) => {
        bench.command(2);
        bench.tail(1);
      },
      QueueError.SUBMISSION_FAULT,
    ],
    [
      'a depth of 0',
      (bench) => {
        bench.enable(0, { DEPTH: 0 });
      },
      QueueError.CONFIGURATION,
    ],
    [
      'a depth of 13',
      (bench) => {
        bench.enable(0, { DEPTH: 13 });
      },
      QueueError.CONFIGURATION,
    ],
    [
      'a depth of 2^32 - 1',
      (bench) => {
        bench.enable(0, { DEPTH: 0xffff_ffff });
      },
      QueueError.CONFIGURATION,
    ],
    [
      'a misaligned submission ring',
      (bench) => {
        bench.enable(0, { SQ_BASE: SQ + 32 });
      },
      QueueError.CONFIGURATION,
    ],
    [
      'a misaligned completion ring',
      (bench) => {
        bench.enable(0, { CQ_BASE: CQ + 16 });
      },
      QueueError.CONFIGURATION,
    ],
    [
      'a vector that there is not',
      (bench) => {
        bench.enable(0, { IRQ_VECTOR: 1 });
      },
      QueueError.CONFIGURATION,
    ],
  ];
  for (const [what, act, error] of stops) {
    it(`${what}: ERROR ${error}`, () => {
      const bench = Bench.working();
      act(bench);
      expect(bench.get('ERROR')).to.equal(error);
      expect(bench.get('STATUS') & (STATUS_ENABLED | STATUS_ERROR)).to.equal(STATUS_ERROR);
      expect(bench.controlled.jobs.length).to.equal(0);
      expect(bench.events.some(({ kind }) => kind === 'error')).to.equal(true);
      bench.command(6);
      bench.enable();
      expect(bench.get('ERROR')).to.equal(QueueError.NONE);
      bench.entry(0, {});
      bench.tail(1);
      expect(bench.controlled.jobs.length).to.equal(1);
    });
  }

  it('a completion ring that cannot be written stops the queue and interrupts', async () => {
    const bench = Bench.working();
    bench.enable(0, { CQ_BASE: END });
    bench.entry(0, {});
    bench.tail(1);
    await bench.controlled.end(0);
    expect(bench.get('ERROR')).to.equal(QueueError.COMPLETION_FAULT);
    expect(bench.irqs.vectors).to.deep.equal([0]);
  });

  const refusals: [string, Parameters<Bench['entry']>[1], number][] = [
    ['an unknown opcode', { opcode: 0 }, Status.BAD_OPCODE],
    ['opcode 65535', { opcode: 0xffff }, Status.BAD_OPCODE],
    ['flags', { flags: 1 }, Status.BAD_DESCRIPTOR],
    ['reserved fields', { reserved3: 0x8000_0000 }, Status.BAD_DESCRIPTOR],
    ['a source of 2^32 - 1 bytes', { source_length: 0xffff_ffff }, Status.BAD_DESCRIPTOR],
    ['too large a destination', { destination_length: MAX_TRANSFER + 1 }, Status.BAD_DESCRIPTOR],
    ['too much auxiliary data', { auxiliary_length: MAX_TRANSFER + 1 }, Status.BAD_DESCRIPTOR],
    ['a source outside', { source: END, source_length: 1 }, Status.DMA_FAULT],
    ['a source that ends outside', { source: END - 4, source_length: 5 }, Status.DMA_FAULT],
    ['a source beyond 2^64', { source: 2n ** 64n - 1n, source_length: 2 }, Status.DMA_FAULT],
    ['auxiliary data outside', { auxiliary: 0, auxiliary_length: 1 }, Status.DMA_FAULT],
  ];
  for (const [what, entry, status] of refusals) {
    it(`${what}: status ${status}, and the queue goes on`, async () => {
      const bench = Bench.working();
      bench.entry(0, { ...entry, tag: 5 });
      bench.entry(1, {});
      bench.tail(2);
      expect(bench.completion(0)).to.include({ tag: 5, status, produced: 0, flags: 1 });
      await bench.controlled.end(0);
      expect(bench.completion(1)).to.include({ tag: 1, status: Status.OK });
      expect(bench.get('STATUS') & STATUS_ERROR).to.equal(0);
    });
  }

  it('an input is taken when it is fetched: later changes have no effect on the job', () => {
    const bench = Bench.working();
    bench.bytes(DATA, 4).fill(1);
    bench.entry(0, { source_length: 4 });
    bench.tail(1);
    bench.bytes(DATA, 4).fill(2);
    expect([...(bench.controlled.jobs[0]?.job.input ?? [])]).to.deep.equal([1, 1, 1, 1]);
  });

  it('what is unmapped while the job runs is a fault at its end, never a late write', async () => {
    const bench = Bench.working();
    const other = new Uint8Array(4096);
    bench.space.map({ iova: 0x80_0000, memory: other });
    bench.entry(0, { destination: 0x80_0000, destination_length: 8 });
    bench.tail(1);
    bench.space.unmap(0x80_0000, 4096);
    await bench.controlled.end(0, new Uint8Array(8).fill(9));
    expect(bench.completion(0)).to.include({ status: Status.DMA_FAULT, produced: 0 });
    expect(other.every((byte) => byte === 0)).to.equal(true);
  });

  it('an algorithm that fails or gives too much is DEVICE_ERROR', async () => {
    const bench = Bench.working();
    bench.entry(0, { destination_length: 4 });
    bench.entry(1, {});
    bench.tail(2);
    await bench.controlled.end(0, new Uint8Array(5));
    bench.controlled.jobs[1]?.reject(new Error('broken'));
    await settled();
    expect(bench.completion(0).status).to.equal(Status.DEVICE_ERROR);
    expect(bench.completion(1).status).to.equal(Status.DEVICE_ERROR);
  });

  it('doorbells of other sizes and of a queue that is not enabled are ignored', () => {
    const bench = Bench.working();
    bench.write(2, 0, 1, 2);
    expect(bench.get('SQ_HEAD')).to.equal(0);
    bench.set('CONTROL', 0);
    bench.tail(1);
    bench.head(9);
    expect(bench.get('ERROR')).to.equal(QueueError.NONE);
    expect([...bench.read(2, 0, 8)]).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('rings of any depth, doorbells of any value: the model never throws', () => {
    const u32 = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 0xffff_ffff }));
    const step = fc.record({ what: fc.constantFrom('tail', 'head', 'enable', 'junk'), value: u32 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const bench = Bench.working();
        for (const { what, value } of steps) {
          switch (what) {
            case 'tail':
              bench.tail(value);
              break;
            case 'head':
              bench.head(value);
              break;
            case 'enable':
              bench.enable(0, { DEPTH: value, SQ_BASE: value * 64 });
              break;
            default:
              bench.memory.fill(value & 0xff, 0, 0x1_0000);
          }
        }
        expect(bench.get('STATUS')).to.be.below(8);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });

  it('a client that rings doorbells from its interrupt gets all of it done, on a flat stack', () => {
    const bench = Bench.working({ depthLog2: 1 });
    bench.entry(0, { opcode: 0 });
    bench.entry(1, { opcode: 0 });
    let done = 0;
    bench.irqs.onTrigger = () => {
      done += 1;
      if (done < 20_000) {
        bench.head(done);
        bench.tail(done + 1);
      }
    };
    bench.tail(1);
    expect(done).to.equal(20_000);
    expect(bench.get('CQ_TAIL')).to.equal(20_000);
  });
});
