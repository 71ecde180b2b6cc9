import { SISL_REQ_FLAGS_TIMEOUT_MSECS } from '@mdevkit/uapi';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { FakeAfu } from '../fake-afu.test-support.js';
import { ContextMemory } from '../memory/index.js';
import { nowhere } from './command.js';
import { MAX_TIMEOUT_MS, requestTimeout } from './request-timeout.js';
import { RequestWriter } from './request-writer.js';
import { ResponseQueue } from './response-queue.js';

function memoryOf(slots: number): ContextMemory {
  return new ContextMemory({ slots, bufferBytes: 8192 }, (n) => new Uint8Array(n), 0x1_0000_0000);
}

describe('RequestWriter (drivers/scsi/cxlflash/sislite.h, struct sisl_ioarcb)', () => {
  it('writes a WRITE(16) by resource handle, byte by byte, and clears the old response', () => {
    const memory = memoryOf(2);
    const at = memory.requestAt(1);
    memory.bytes.fill(0xee, at, at + 128);
    new RequestWriter(memory, 0x0102, requestTimeout(5000)).write({
      resource: 0x0304,
      isWrite: true,
      lba: 0x1_2345_6789,
      blockCount: 0x0102_0304,
      bytes: new Uint8Array(0),
      length: 0x2000,
      place: { ...nowhere(), slot: 1, dataAt: 0x1000 },
      settle: () => undefined,
      verify: () => Promise.resolve(),
    });
    const expected = [
      ...[0x02, 0x01, 0x41, 0x80, 0x04, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      ...[0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 1, 0, 0, 0],
      ...[2, 0, 0x88, 0x13, 0, 0, 0, 0, 0x8a, 0, 0, 0, 0, 1, 0x23, 0x45],
      ...[0x67, 0x89, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ];
    expect([...memory.bytes.subarray(at, at + 64)]).to.deep.equal(expected);
    expect(memory.bytes.subarray(at + 64, at + 128).every((byte) => byte === 0)).to.equal(true);
  });

  it('a READ(16) differs in opcode and direction, a long timeout in its unit', () => {
    const memory = memoryOf(1);
    const command = {
      resource: 0,
      isWrite: false,
      lba: 0,
      blockCount: 1,
      bytes: new Uint8Array(0),
      length: 4096,
      place: { ...nowhere(), slot: 0 },
      settle: (): void => undefined,
      verify: (): Promise<void> => Promise.resolve(),
    };
    new RequestWriter(memory, 0, requestTimeout(65_536)).write(command);
    const at = memory.requestAt(0);
    expect(memory.view.getUint16(at + 2, true)).to.equal(0x8000);
    expect(memory.view.getUint16(at + 34, true)).to.equal(66);
    expect(memory.bytes[at + 40]).to.equal(0x88);
  });
});

describe('requestTimeout (drivers/scsi/cxlflash/sislite.h, SISL_REQ_FLAGS_TIMEOUT_*)', () => {
  it('tells milliseconds while the field holds them, then whole seconds, never 0 and never less than asked for', () => {
    const rows = [1, 100, 999, 1000, 1001, 65_535, 65_536, 66_000, 66_001, MAX_TIMEOUT_MS];
    expect(
      rows.map((asked) => {
        const { value, flags, milliseconds } = requestTimeout(asked);
        return [value, flags, milliseconds];
      }),
    ).to.deep.equal([
      ...[1, 100, 999, 1000, 1001, 65_535].map((ms) => [ms, SISL_REQ_FLAGS_TIMEOUT_MSECS, ms]),
      [66, 0, 66_000],
      [66, 0, 66_000],
      [67, 0, 67_000],
      [65_535, 0, MAX_TIMEOUT_MS],
    ]);
  });
});

describe('ResponseQueue (drivers/scsi/cxlflash/main.c, process_hrrq: toggle)', () => {
  it('takes every entry once and in order, whatever the lengths of bursts and queue', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }),
        (slots, bursts) => {
          const memory = memoryOf(slots);
          const queue = new ResponseQueue(memory);
          const afu = new FakeAfu(memory);
          let count = 0;
          for (const burst of bursts) {
            const sent = Array.from({ length: Math.min(burst, slots) }, () => {
              count += 1;
              return 0x1_2345_0000 + count * 16;
            });
            for (const address of sent) {
              afu.post(address);
            }
            expect(sent.map(() => queue.next())).to.deep.equal(sent);
            expect(queue.next()).to.equal(-1);
          }
        },
      ),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('discard takes what is there, and the next entry is found', () => {
    const memory = memoryOf(3);
    const queue = new ResponseQueue(memory);
    const afu = new FakeAfu(memory);
    afu.post(16);
    afu.post(32);
    queue.discard();
    expect(queue.next()).to.equal(-1);
    afu.post(48);
    afu.post(64);
    expect([queue.next(), queue.next(), queue.next()]).to.deep.equal([48, 64, -1]);
  });
});
