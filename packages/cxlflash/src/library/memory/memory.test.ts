import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ContextMemory, contextMemoryBytes, ExtentAllocator, Fifo, SLOT_BYTES } from './index.js';

const seeded = { seed: 20261121, numRuns: 300 };

describe('ExtentAllocator (own rule: no byte belongs to two, and freed neighbours join)', () => {
  it('never gives a unit twice, and has everything in one piece when all is given back', () => {
    const step = fc.record({
      take: fc.boolean(),
      bytes: fc.integer({ min: 1, max: 9000 }),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const extents = new ExtentAllocator(32_768, 4096);
        const owned: { start: number; bytes: number }[] = [];
        const units = new Set<number>();
        for (const { take, bytes, pick } of steps) {
          if (take) {
            const start = extents.allocate(bytes);
            const needed = Math.ceil(bytes / 4096);
            if (start === undefined) {
              expect(units.size + needed).to.be.greaterThan(4);
              continue;
            }
            for (let unit = start / 4096; unit < start / 4096 + needed; unit++) {
              expect(units.has(unit)).to.equal(false);
              expect(unit).to.be.within(0, 7);
              units.add(unit);
            }
            owned.push({ start, bytes });
          } else {
            const [gone] = owned.splice(pick % Math.max(1, owned.length), 1);
            if (gone !== undefined) {
              extents.free(gone.start, gone.bytes);
              for (let i = 0; i < Math.ceil(gone.bytes / 4096); i++) {
                units.delete(gone.start / 4096 + i);
              }
            }
          }
          expect(extents.available).to.equal(32_768 - units.size * 4096);
        }
        for (const { start, bytes } of owned) {
          extents.free(start, bytes);
        }
        expect(extents.allocate(32_768)).to.equal(0);
      }),
      seeded,
    );
  });
});

describe('Fifo (own rule: first in, first out)', () => {
  it('is an array with push, shift and removal from the middle', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), value: fc.integer({ min: 1 }) }),
      fc.record({
        kind: fc.constantFrom('shift' as const, 'remove' as const),
        value: fc.nat(2000),
      }),
    );
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
          const item = model[value % Math.max(1, model.length)] ?? { value };
          if (kind === 'push') {
            const added = { value };
            fifo.push(added);
            model.push(added);
          } else if (kind === 'shift') {
            expect(fifo.peek()).to.equal(model[0]);
            expect(fifo.shift()).to.equal(model.shift());
          } else {
            const at = model.indexOf(item);
            expect(fifo.remove(item)).to.equal(at !== -1);
            model.splice(at === -1 ? model.length : at, 1);
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
