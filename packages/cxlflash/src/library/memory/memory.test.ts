import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ContextMemory, contextMemoryBytes, Fifo, SLOT_BYTES } from './index.js';

const seeded = { seed: 20261121, numRuns: 300 };

describe('Fifo (own rule: first in, first out)', () => {
  it('is an array with push and shift', () => {
    const step = fc.record({ kind: fc.constantFrom('push', 'shift'), value: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat(3000), (steps, before) => {
        const fifo = new Fifo<{ value: number }>();
        const model: { value: number }[] = [];
        // Also a queue that has moved on far.
        for (let value = 0; value < before; value++) {
          fifo.push({ value });
          if (value % 3 !== 0) {
            fifo.shift();
          }
        }
        model.push(...fifo.takeAll());
        for (const item of model) {
          fifo.push(item);
        }
        for (const { kind, value } of steps) {
          if (kind === 'push') {
            const added = { value };
            fifo.push(added);
            model.push(added);
          } else {
            expect(fifo.peek()).to.equal(model[0]);
            expect(fifo.shift()).to.equal(model.shift());
          }
          expect(fifo.size).to.equal(model.length);
        }
        expect(fifo.takeAll()).to.deep.equal(model);
      }),
      seeded,
    );
  });
});

describe('ContextMemory (drivers/scsi/cxlflash/sislite.h, struct sisl_ioarcb: alignment)', () => {
  it('keeps queue, requests with their responses, and data apart', () => {
    const shape = { slots: 3, bufferBytes: 5000 };
    const memory = new ContextMemory(shape, (bytes) => new Uint8Array(bytes), 0x10_0000);
    expect([memory.responsesStart, memory.responsesEnd]).to.deep.equal([0x10_0000, 0x10_0010]);
    expect(memory.requestAt(0)).to.equal(128);
    for (let slot = 0; slot < 3; slot++) {
      expect(memory.requestAt(slot) % 16).to.equal(0);
      expect(memory.responseAt(slot)).to.equal(memory.requestAt(slot) + 64);
      expect(memory.slotOf(0x10_0000 + memory.requestAt(slot))).to.equal(slot);
    }
    for (const bad of [0, 0x10_0000, 0x10_0000 + 128 + 3 * SLOT_BYTES, 0x10_0000 + 129]) {
      expect(memory.slotOf(bad), String(bad)).to.equal(-1);
    }
    expect(memory.dataAddress(0)).to.equal(0x10_1000);
    expect(memory.bytes.length).to.equal(4096 + 8192);
    expect(contextMemoryBytes(shape)).to.equal(memory.bytes.length);
    memory.data(4096, 8).fill(7);
    expect(memory.bytes.indexOf(7)).to.equal(8192);
  });

  it('refuses memory of another size (own rule)', () => {
    const shape = { slots: 1, bufferBytes: 4096 };
    expect(() => new ContextMemory(shape, () => new Uint8Array(10), 0)).to.throw(RangeError);
  });
});
