import { ManualClock, silentLogger, type Dma, type Irqs } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { COMPONENT, CONFIG, CxlBench, DEVICE, oneRange } from './bench.test-support.js';
import { CxlMemoryDevice, cxlType3Layout, type CxlType3Options } from './index.js';

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const [
  range = {
    dpa: 0,
    length: 0,
    volatile: true,
    latency: { read: 0, write: 0 },
    bandwidth: { read: 0, write: 0 },
  },
] = oneRange.ranges;

const both: CxlType3Options = {
  ranges: [
    { ...range, length: 4 * GiB },
    { ...range, dpa: 4 * GiB, length: 512 * MiB, volatile: false },
  ],
};

function hex(bench: CxlBench, region: number, offset: number, length: number): string {
  return Buffer.from(bench.bytes(region, offset, length)).toString('hex');
}

/** Extended capabilities by offset: id, and for a DVSEC also vendor, length and its own id. */
function extendedList(bench: CxlBench): [number, string][] {
  const list: [number, string][] = [];
  for (let at = 0x100; at !== 0;) {
    const header = bench.read(CONFIG, at, 4);
    const id = header & 0xffff;
    const own = id === 0x23 ? ` ${hex(bench, CONFIG, at + 4, 6)}` : '';
    list.push([at, `${id.toString(16)}${own}`]);
    at = header >>> 20;
  }
  return list;
}

describe('CXL memory device: config space', () => {
  it('doe §3 cxl capabilities: class 0502/10, serial number, DVSEC 0 and 8, DOE, in extended config space (CXL 3.1, sections 8.1.3, 8.1.9, 8.1.12.1)', () => {
    using bench = new CxlBench({ ...oneRange, serial: 0x1122_3344_5566_7788n });
    expect(hex(bench, CONFIG, 0, 4)).to.equal('f41af110');
    expect(hex(bench, CONFIG, 9, 3)).to.equal('100205');
    expect(extendedList(bench)).to.deep.equal([
      [0x100, '3'],
      [0x10c, '23 981ec3030000'],
      [0x148, '23 981e40020800'],
      [0x170, '2e'],
    ]);
    expect(hex(bench, CONFIG, 0x104, 8)).to.equal('8877665544332211');
  });

  it('doe §3 cxl ranges: one of 256 MiB, valid and active, whose kind the CDAT tells (CXL 3.1, section 8.1.3.8)', () => {
    using bench = new CxlBench();
    const at = 0x10c;
    expect(hex(bench, CONFIG, at + 0xa, 4)).to.equal('1e000200');
    expect(hex(bench, CONFIG, at + 0x18, 0x20)).to.equal(
      '00000000' + '4b000010' + '0'.repeat(16) + '0'.repeat(32),
    );
  });

  it('doe §3 cxl ranges: volatile and persistent memory are one each, also beyond 4 GiB (CXL 3.1, section 8.1.3.8)', () => {
    using bench = new CxlBench(both);
    const at = 0x10c;
    expect(bench.read(CONFIG, at + 0xa, 2)).to.equal(0x2e);
    expect(hex(bench, CONFIG, at + 0x18, 8)).to.equal('01000000' + '4b000000');
    expect(hex(bench, CONFIG, at + 0x28, 8)).to.equal('00000000' + '4b000020');
  });

  it('doe §3 cxl writable bits: Mem_Enable and the bases of ranges, nothing else (Linux drivers/cxl/core/pci.c, cxl_set_mem_enable)', () => {
    using bench = new CxlBench();
    const before = bench.bytes(CONFIG, 0x10c, 0x60);
    bench.put(CONFIG, 0x10c, new Uint8Array(0x60).fill(0xff));
    const changed = [...bench.bytes(CONFIG, 0x10c, 0x60)].flatMap((byte, index) =>
      byte === before[index] ? [] : [[index, byte]],
    );
    expect(changed).to.deep.equal([
      [0x0c, 0x06],
      [0x20, 0xff],
      [0x21, 0xff],
      [0x22, 0xff],
      [0x23, 0xff],
      [0x27, 0xf0],
    ]);
  });

  it('doe §3 cxl register blocks: the locator leads to component and device registers, and these to their parts (Linux drivers/cxl/core/regs.c, cxl_decode_regblock, cxl_probe_component_regs, cxl_probe_device_regs)', () => {
    using bench = new CxlBench();
    const blocks = [0, 1].map((block) => hex(bench, CONFIG, 0x148 + 0xc + 8 * block, 8));
    expect(blocks).to.deep.equal(['0001000000000000', '0203000000000000']);
    expect(hex(bench, CONFIG, 0x10, 16)).to.equal('04000000000000000400000000000000');

    expect(hex(bench, COMPONENT, 0x1000, 8)).to.equal('01001101' + '05000110');
    expect(bench.read(COMPONENT, 0x1100, 4)).to.equal(0x300);

    expect(hex(bench, DEVICE, 0, 8)).to.equal('0000010003000000');
    const parts = [1, 2, 3].map((index) =>
      [0, 4, 8].map((offset) => bench.read(DEVICE, 16 * index + offset, 4).toString(16)).join(' '),
    );
    expect(parts).to.deep.equal(['10001 80 8', '10002 100 220', '14000 90 8']);
    expect(bench.read(DEVICE, 0x90, 8), 'media and mailbox ready').to.equal(0x14);
    expect(bench.read(DEVICE, 0x80, 8)).to.equal(0);
    expect(bench.read(DEVICE, 0x100, 4), '512 bytes of payload').to.equal(9);
    expect(bench.read(DEVICE, 0x400, 8)).to.equal(0);
  });

  it('doe §3 cxl options: what no device can be is refused, and nothing is left of it (CXL 3.1, section 8.2.9.9.1.1)', () => {
    const wrong: readonly [Partial<CxlType3Options>, RegExp][] = [
      [{ ranges: [] }, /has memory/],
      [{ ranges: [{ ...range, dpa: 64 }] }, /starts at 0, not at 64/],
      [{ ranges: [{ ...range, length: 255 * MiB }] }, /multiples of 256 MiB/],
      [{ ranges: [{ ...range, length: 2 ** 60 }] }, /multiples of 256 MiB/],
      [
        {
          ranges: [
            { ...range, volatile: false },
            { ...range, dpa: 256 * MiB },
          ],
        },
        /volatile ranges .* come first/,
      ],
      [{ vectors: 17 }, /0 to 16 vectors/],
      [{ firmware: 'seventeen letters' }, /fw_revision/],
      [{ poisonLimit: 0 }, /1 to 1024/],
      [
        { commands: [{ opcode: 0x4000, effect: 0, input: 0, run: () => 0 }] },
        /two commands .* 0x4000/,
      ],
      [{ commands: [{ opcode: 0x1_0000, effect: 0, input: 0, run: () => 0 }] }, /16 bits|u16/],
      [{ instances: [{ at: 0x170, features: [] }] }, /doe-170/],
    ];
    for (const [options, message] of wrong) {
      expect(() => new CxlBench({ ...oneRange, ...options }), String(message)).to.throw(
        RangeError,
        message,
      );
    }
  });

  it('doe function instances: those of a CXL memory device are the capabilities of a shared layout too; else features are disposed (bug; PCI Express Base Specification 6.0, section 7.9.24)', () => {
    let disposed = 0;
    const feature = {
      vendor: 0x1af4,
      type: 1,
      handle: (): undefined => undefined,
      [Symbol.dispose]: (): void => {
        disposed++;
      },
    };
    const irqs: Irqs = {
      trigger: () => true,
      assert: () => true,
      deassert: () => undefined,
      enabled: () => true,
    };
    const dma = { pasid: 0 } as Dma;
    const services = { irqs, dma, clock: new ManualClock(), logger: silentLogger };
    const make = (shared: Partial<CxlType3Options>, own: Partial<CxlType3Options>): void => {
      const layout = cxlType3Layout({ ...oneRange, ...shared });
      const options = { ...oneRange, features: [{ feature }], ...own };
      new CxlMemoryDevice({ ...services, layout }, options)[Symbol.dispose]();
    };
    const instances = [{ at: 0x200, features: [] }];
    make({ instances, vectors: 1 }, { instances, vectors: 1 });
    expect(disposed).to.equal(1);
    for (const [index, [shared, own, text]] of (
      [
        [{ vectors: 1 }, {}, 'doe-170: config space says message 0, not no message'],
        [{}, { instances }, 'doe-200: config space has no DOE Capability there'],
        [{ instances }, {}, 'doe-200: config space has the DOE Capability'],
      ] as const
    ).entries()) {
      expect(() => {
        make(shared, own);
      }, text).to.throw(RangeError, text);
      expect(disposed).to.equal(index + 2);
    }
  });
});
