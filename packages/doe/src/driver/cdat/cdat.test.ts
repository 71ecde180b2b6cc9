import { CdatHeader } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  byteSum,
  encodeReadEntry,
  encodeStructure,
  type CdatStructure,
} from '../../abi/cdat/index.js';
import { CdatFeature, cdatOfMemory, cdatTable, type DeclaredMemory } from './index.js';

const MiB = 2 ** 20;

const memory: DeclaredMemory = {
  dpa: 0,
  length: 256 * MiB,
  volatile: true,
  latency: { read: 150, write: 250 },
  bandwidth: { read: 16_000, write: 16_000 },
};

const dsmas: CdatStructure = { kind: 'dsmas', handle: 1, base: 0n, length: 0x1000n, flags: 4 };

/** What a type 3 device of QEMU with 256 MiB of volatile memory gives. */
const golden = [
  'a0000000 020d0000 00000000 00000000',
  '00001800 00000000 00000000 00000000 00000010 00000000',
  '01001800 00000100 10270000 00000000 0f000000 00000000',
  '01001800 00000200 10270000 00000000 19000000 00000000',
  '01001800 00000400 e8030000 00000000 10000000 00000000',
  '01001800 00000500 e8030000 00000000 10000000 00000000',
  '04001800 00010000 00000000 00000000 00000010 00000000',
].map((entry) => entry.replaceAll(' ', ''));

function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('hex');
}

describe('CDAT: the table', () => {
  it('doe §3 cdat golden table: 256 MiB of volatile memory are these 160 bytes (qemu hw/mem/cxl_type3.c, ct3_build_cdat_table)', () => {
    const table = cdatTable(cdatOfMemory({ ranges: [memory] }));
    expect(table.entries.map(hex)).to.deep.equal(golden);
    expect(hex(table.bytes)).to.equal(golden.join(''));
    expect(table.bytes).to.have.length(160);
  });

  it('doe §3 cdat structures: each has its type, length and fields (CDAT 1.04, sections 2.1 to 2.6)', () => {
    const structures: readonly [CdatStructure, string][] = [
      [
        { kind: 'dsmas', handle: 0xab, base: 0x1_0000_0000n, length: 0x2000n, flags: 0x14 },
        '00001800ab14000000000000010000000020000000000000',
      ],
      [
        {
          kind: 'dslbis',
          handle: 7,
          flags: 2,
          dataType: 3,
          unit: 0x0102n,
          entries: [1, 2, 0xffff],
        },
        '0100180007020300020100000000000001000200ffff0000',
      ],
      [
        { kind: 'dsmscis', handle: 9, size: 0x40_0000n, attributes: 0x0040_1211 },
        '02001400090000000000400000000000' + '11124000',
      ],
      [{ kind: 'dsis', flags: 1, handle: 5 }, '0300080001050000'],
      [
        { kind: 'dsemts', handle: 3, memoryType: 2, offset: 0x100n, length: 0x200n },
        '04001800030200000001000000000000' + '0002000000000000',
      ],
      [
        {
          kind: 'sslbis',
          dataType: 1,
          unit: 1000n,
          entries: [
            { x: 0x0100, y: 0xffff, value: 5 },
            { x: 1, y: 2, value: 6 },
          ],
        },
        '0500200001000000e803000000000000' + '0001ffff05000000' + '0100020006000000',
      ],
    ];
    for (const [structure, bytes] of structures) {
      expect(hex(encodeStructure(structure)), structure.kind).to.equal(bytes);
    }
  });

  it('doe §3 cdat checksum: all bytes sum to zero, whatever the table (CDAT 1.04, section 2)', () => {
    for (const sequence of [0, 1, 0x00ff_00ff, 0xffff_ffff]) {
      const { bytes } = cdatTable({ sequence, structures: [dsmas] });
      expect(byteSum(bytes)).to.equal(0);
      expect(CdatHeader.decode(bytes).sequence).to.equal(sequence);
    }
    expect(cdatTable({ structures: [] }).bytes).to.have.length(16);
  });

  it('doe §3 cdat declaration: what says nothing together is refused (CDAT 1.04, sections 2.1 to 2.5)', () => {
    const wrong: readonly [readonly CdatStructure[], RegExp][] = [
      [[dsmas, { ...dsmas, base: 0x1000n }], /two DSMAS have handle 1/],
      [[dsmas, { ...dsmas, handle: 2, base: 0xfffn }], /DSMAS 1 and 2 overlap/],
      [[dsmas, { kind: 'dsmscis', handle: 2, size: 1n, attributes: 0 }], /DSMSCIS names range 2/],
      [
        [dsmas, { kind: 'dslbis', handle: 2, flags: 0, dataType: 0, unit: 1n, entries: [1, 0, 0] }],
        /DSLBIS names range 2/,
      ],
      [[dsmas, { kind: 'dsis', flags: 1, handle: 2 }], /DSIS names range 2/],
      [
        [dsmas, { kind: 'dsemts', handle: 1, memoryType: 0, offset: 1n, length: 0x1000n }],
        /DSEMTS reaches beyond/,
      ],
      [[{ ...dsmas, handle: 256 }], /256 is not a u8/],
      [[{ ...dsmas, length: 1n << 64n }], /is not a u64/],
      [new Array<CdatStructure>(0xffff).fill({ kind: 'dsis', flags: 0, handle: 0 }), /at most/],
    ];
    for (const [structures, message] of wrong) {
      expect(() => cdatTable({ structures })).to.throw(RangeError, message);
    }
    cdatTable({ structures: [dsmas, { kind: 'dsis', flags: 0, handle: 77 }] });
  });

  it('doe §3 cdat units: a value is an entry times its unit, exactly (ACPI 6.5, section 5.2.28.4)', () => {
    const measured = (read: number, bandwidth: number): [bigint, number][] =>
      cdatOfMemory({
        ranges: [
          { ...memory, latency: { read, write: 1 }, bandwidth: { read: bandwidth, write: 1 } },
        ],
      }).structures.flatMap((structure) =>
        structure.kind === 'dslbis' && [1, 4].includes(structure.dataType)
          ? [[structure.unit, structure.entries[0]] as [bigint, number]]
          : [],
      );
    expect(measured(150, 16_000)).to.deep.equal([
      [10_000n, 15],
      [1000n, 16],
    ]);
    expect(measured(151, 16_001)).to.deep.equal([
      [1000n, 151],
      [1n, 16_001],
    ]);
    expect(measured(0.7, 70_001)).to.deep.equal([
      [1n, 700],
      [70_001n, 1],
    ]);
    expect(() => measured(1, -1)).to.throw(RangeError, /whole number/);
    expect(() => measured(Number.NaN, 1)).to.throw(RangeError, /whole number/);
  });

  it('doe §3 cdat non-volatile memory: has the flag, and is no memory for programs (CDAT 1.04, sections 2.1, 2.5)', () => {
    const { structures } = cdatOfMemory({
      ranges: [memory, { ...memory, dpa: 256 * MiB, volatile: false }],
    });
    const [first, second] = [structures.slice(0, 6), structures.slice(6)];
    expect(first[0]).to.include({ kind: 'dsmas', handle: 0, flags: 0 });
    expect(second[0]).to.include({ kind: 'dsmas', handle: 1, flags: 4, base: 0x1000_0000n });
    expect(second[5]).to.include({ kind: 'dsemts', handle: 1, memoryType: 2, offset: 0n });
    expect(() => cdatOfMemory({ ranges: [{ ...memory, dpa: 0.5 }] })).to.throw(RangeError);
  });
});

describe('CDAT: the feature', () => {
  const entry = (feature: CdatFeature, handle: number): string | undefined =>
    hex(feature.handle(encodeReadEntry(handle)));

  it('doe §3 cdat read entry: header, structures, and the handle of the next (CXL 3.1, section 8.1.11.1)', () => {
    const feature = new CdatFeature(cdatOfMemory({ ranges: [memory] }));
    expect([feature.vendor, feature.type]).to.deep.equal([0x1e98, 2]);
    expect(entry(feature, 0)).to.equal(`00000100${golden[0] ?? ''}`);
    expect(entry(feature, 5)).to.equal(`00000600${golden[5] ?? ''}`);
    expect(entry(feature, 6)).to.equal(`0000ffff${golden[6] ?? ''}`);
    expect(entry(new CdatFeature({ structures: [] }), 0)?.slice(0, 8)).to.equal('0000ffff');
  });

  it('doe §3 cdat bad request: no response for a handle, code or type that there is not, so Error (CXL 3.1, section 8.1.11.1)', () => {
    const feature = new CdatFeature(cdatOfMemory({ ranges: [memory] }));
    expect([7, 0xfffe, 0xffff].map((handle) => entry(feature, handle))).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect(feature.handle(Uint8Array.of(1, 0, 0, 0))).to.equal(undefined);
    expect(feature.handle(Uint8Array.of(0, 1, 0, 0))).to.equal(undefined);
    expect(feature.handle(new Uint8Array(0))).to.equal(undefined);
    expect(hex(feature.handle(Uint8Array.of(0, 0, 6, 0, 9, 9, 9, 9)))).to.equal(entry(feature, 6));
  });

  it('doe §3 cdat update: the next sequence number, a right checksum, and nothing of the old table (CDAT 1.04, section 2)', () => {
    const feature = new CdatFeature({ sequence: 0xffff_ffff, structures: [dsmas] });
    const before = feature.table.bytes.slice();
    feature.update([
      { ...dsmas, length: 0x2000n },
      { kind: 'dsis', flags: 1, handle: 1 },
    ]);
    expect(feature.table.sequence).to.equal(0);
    expect(byteSum(feature.table.bytes)).to.equal(0);
    expect(entry(feature, 2)).to.equal('0000ffff0300080001010000');
    feature.update([dsmas]);
    expect(CdatHeader.decode(feature.table.bytes).sequence).to.equal(1);
    expect(entry(feature, 2)).to.equal(undefined);
    expect(hex(feature.table.bytes.subarray(16))).to.equal(hex(before.subarray(16)));
  });

  it('doe §3 cdat update: one that is wrong changes nothing (own rule)', () => {
    const feature = new CdatFeature({ structures: [dsmas] });
    const { table } = feature;
    expect(() => {
      feature.update([dsmas, dsmas]);
    }).to.throw(RangeError);
    expect(feature.table).to.equal(table);
  });
});
