import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  ACCEL_MAGIC,
  AccelCapability,
  algorithmBitmap,
  COMPLETION_BODY_BYTES,
  COMPLETION_ENTRY_BYTES,
  CompletionEntry,
  globalRegisters,
  offers,
  QueueError,
  queueErrorText,
  queueErrorTexts,
  queueRegisters,
  QueueStatistics,
  ringAdvance,
  ringDistance,
  ringIndex,
  ringPhase,
  SharedHeader,
  Status,
  STATISTICS_OFFSET,
  STATISTICS_STRIDE,
  statusTexts,
  SUBMISSION_ENTRY_BYTES,
  SubmissionEntry,
} from './index.js';

describe('the interface of the accelerator', () => {
  it('has entries of the sizes that the rings count with', () => {
    expect(SubmissionEntry.size).to.equal(SUBMISSION_ENTRY_BYTES).and.to.equal(64);
    expect(CompletionEntry.size).to.equal(COMPLETION_ENTRY_BYTES).and.to.equal(32);
    expect(CompletionEntry.fields.status.offset).to.equal(COMPLETION_BODY_BYTES);
    expect(SharedHeader.size).to.equal(STATISTICS_OFFSET);
    expect(QueueStatistics.size).to.equal(STATISTICS_STRIDE);
    // Eight bytes of mdevkit's header come before it in at most 255.
    expect(AccelCapability.size).to.equal(32);
  });

  it('spells its magic in memory order', () => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, ACCEL_MAGIC, true);
    expect(String.fromCharCode(...bytes)).to.equal('accl');
  });

  it('describes every register', () => {
    for (const layout of [globalRegisters, queueRegisters]) {
      for (const { name, description, fields } of layout.registers) {
        expect(description ?? Object.keys(fields ?? {}).length, name).to.be.ok;
      }
    }
    expect(queueRegisters.offsetOf('ERROR')).to.equal(0x1c);
  });

  it('has one sentence for each status and each error', () => {
    expect(Object.keys(statusTexts)).to.deep.equal(Object.keys(Status));
    expect(Object.keys(queueErrorTexts)).to.deep.equal(Object.keys(QueueError));
    expect(queueErrorText(QueueError.SUBMISSION_TAIL)).to.equal(queueErrorTexts.SUBMISSION_TAIL);
    expect(queueErrorText(77)).to.equal('unknown error 77');
  });

  it('has bit n of the bitmap for opcode n, bit 31 included', () => {
    expect(algorithmBitmap([1, 31])).to.equal(0x8000_0002);
    expect(offers(0x8000_0002, 31)).to.equal(true);
    expect(offers(0x8000_0002, 2)).to.equal(false);
    expect(offers(0xffff_ffff, 32)).to.equal(false);
  });
});

describe('ring counters', () => {
  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
  const depthLog2 = fc.integer({ min: 1, max: 12 });

  it('count on over 2^32', () => {
    fc.assert(
      fc.property(u32, fc.integer({ min: 0, max: 4096 }), (head, count) => {
        const tail = ringAdvance(head, count);
        expect(tail).to.be.within(0, 0xffff_ffff);
        expect(ringDistance(head, tail)).to.equal(count);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });

  it('change the phase exactly where the index wraps', () => {
    fc.assert(
      fc.property(u32, depthLog2, (counter, log2) => {
        const next = ringAdvance(counter, 1);
        const wraps = ringIndex(next, log2) === 0;
        expect(ringPhase(next, log2) !== ringPhase(counter, log2)).to.equal(wraps);
      }),
      { seed: 20261121, numRuns: 500 },
    );
    expect(ringPhase(0, 3)).to.equal(1);
  });
});
