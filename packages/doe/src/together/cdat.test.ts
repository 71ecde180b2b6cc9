import { absent, silentLogger, type Clock, type Dma, type Irqs } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { byteSum, type CdatStructure } from '../abi/cdat/index.js';
import { CdatFeature, cdatOfMemory, type DeclaredMemory } from '../driver/cdat/index.js';
import { CXL_DOE_AT, CxlMemoryDevice } from '../driver/cxl/index.js';
import type { ConfigAccess } from '../library/access/index.js';
import { parseCdat, readCdat } from '../library/cdat/index.js';
import { DoeMailbox, type DoeTransport } from '../library/mailbox/index.js';

const MiB = 2 ** 20;

/** Time passes when somebody waits. */
class InstantClock implements Clock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  schedule(delay: number, callback: () => void): Disposable {
    let cancelled = false;
    queueMicrotask(() => {
      if (!cancelled) {
        this.#now += delay;
        callback();
      }
    });
    return {
      [Symbol.dispose]: () => {
        cancelled = true;
      },
    };
  }
}

/** A feature without a mailbox in front of it. `before` is called before each request. */
function directly(feature: CdatFeature, before: (count: number) => void): DoeTransport {
  let count = 0;
  return {
    exchange: (_vendor, _type, payload) => {
      before(count++);
      const answer = feature.handle(payload);
      return answer === undefined
        ? Promise.reject(new Error('DOE Error'))
        : Promise.resolve(answer);
    },
  };
}

/** Config space of a device in this process. */
function configOf(device: CxlMemoryDevice): ConfigAccess {
  const region = device.regions[7];
  if (region === undefined || region === absent) {
    throw new Error('no config space');
  }
  const data = new DataView(new ArrayBuffer(4));
  return {
    read32: (offset) => {
      void region.read(offset, data, 0, 4);
      return data.getUint32(0, true);
    },
    write32: (offset, value) => {
      data.setUint32(0, value, true);
      void region.write(offset, data, 0, 4);
    },
  };
}

const count = fc.integer({ min: 0, max: 1_000_000 });
const memory = fc
  .array(
    fc.record({
      gap: fc.nat({ max: 3 }),
      length: fc.integer({ min: 1, max: 2 ** 40 }),
      volatile: fc.boolean(),
      latency: fc.record({ read: count, write: count }),
      bandwidth: fc.record({ read: count, write: count }),
    }),
    { maxLength: 8 },
  )
  .map((rows) => {
    let end = 0;
    return rows.map(({ gap, ...row }): DeclaredMemory => {
      const dpa = end + gap;
      end = dpa + row.length;
      return { dpa, ...row };
    });
  });

describe('CDAT: from the device to the reader', () => {
  it('doe §3 cdat round trip: what is declared is what is read and parsed (CXL 3.1, section 8.1.11.1; CDAT 1.04)', async () => {
    await fc.assert(
      fc.asyncProperty(
        memory,
        fc.integer({ min: 0, max: 0xffff_ffff }),
        async (ranges, sequence) => {
          const declaration = cdatOfMemory({ ranges, sequence });
          const feature = new CdatFeature(declaration);
          const bytes = await readCdat(directly(feature, () => undefined));
          expect(Buffer.from(bytes).equals(feature.table.bytes)).to.equal(true);
          expect(parseCdat(bytes)).to.deep.equal({
            revision: 2,
            sequence,
            structures: declaration.structures,
            missing: 0,
          });
          for (const structure of declaration.structures) {
            if (structure.kind === 'dslbis') {
              const range = ranges[structure.handle];
              const value = Number(structure.unit) * structure.entries[0];
              const expected = [
                (range?.latency.read ?? 0) * 1000,
                (range?.latency.write ?? 0) * 1000,
                range?.bandwidth.read,
                range?.bandwidth.write,
              ][[1, 2, 4, 5].indexOf(structure.dataType)];
              expect(value).to.equal(expected);
            }
          }
        },
      ),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('doe §3 cdat re-read: changes at any moment of a read, and what is read is one table as a whole (CDAT 1.04, section 2)', async () => {
    const structure = fc
      .integer({ min: 0, max: 0xff })
      .map((handle): CdatStructure => ({ kind: 'dsis', flags: 0, handle }));
    const change = fc.record({
      at: fc.nat({ max: 12 }),
      structures: fc.array(structure, { maxLength: 6 }),
    });
    let again = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(structure, { maxLength: 6 }),
        fc.array(change, { maxLength: 3 }),
        async (structures, changes) => {
          const feature = new CdatFeature({ structures });
          const tables = [Buffer.from(feature.table.bytes)];
          let asked = 0;
          const transport = directly(feature, (count) => {
            asked++;
            for (const { at, structures: next } of changes) {
              if (at === count) {
                feature.update(next);
                tables.push(Buffer.from(feature.table.bytes));
              }
            }
          });
          const bytes = await readCdat(transport);
          expect(tables.some((table) => table.equals(bytes))).to.equal(true);
          expect(byteSum(bytes)).to.equal(0);
          again += Number(asked > structures.length + 2);
        },
      ),
      { seed: 20261121, numRuns: 1000 },
    );
    expect(again).to.be.greaterThan(100);
  });

  it('doe §3 cdat round trip: through config space of a CXL memory device, register by register (Linux drivers/pci/doe.c, drivers/cxl/core/pci.c)', async () => {
    const clock = new InstantClock();
    const irqs: Irqs = {
      trigger: () => true,
      assert: () => true,
      deassert: () => undefined,
      enabled: () => false,
    };
    using device = new CxlMemoryDevice(
      { irqs, dma: { pasid: 0 } as Dma, clock, logger: silentLogger },
      {
        ranges: [
          {
            dpa: 0,
            length: 256 * MiB,
            volatile: true,
            latency: { read: 150, write: 250 },
            bandwidth: { read: 16_000, write: 16_000 },
          },
        ],
      },
    );
    await using mailbox = await DoeMailbox.open(configOf(device), CXL_DOE_AT, { clock });
    const bytes = await readCdat(mailbox);
    expect(Buffer.from(bytes).equals(device.cdat.table.bytes)).to.equal(true);
    device.cdat.update([{ kind: 'dsis', flags: 0, handle: 1 }]);
    expect(parseCdat(await readCdat(mailbox))).to.deep.include({
      sequence: 1,
      structures: [{ kind: 'dsis', flags: 0, handle: 1 }],
    });
  });
});
