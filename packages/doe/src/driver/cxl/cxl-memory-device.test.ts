import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encodeModeRequest } from '../../abi/compliance/index.js';
import type { DoeFeature } from '../feature/index.js';
import { COMPONENT, CONFIG, CxlBench, DEVICE, oneRange } from './bench.test-support.js';
import { CXL_DOE_AT } from './index.js';

const CDAT = 0x0002_1e98;
const COMPLIANCE = 0x0000_1e98;

/** The features that the registers see: vendor and type as one word. */
function discovered(bench: CxlBench, at: number): number[] {
  const found: number[] = [];
  for (let index = 0, more = true; more;) {
    const answer = bench.exchange(at, [0x0000_0001, index | 0x200]);
    const word = answer === 'error' ? 0 : (answer[2] ?? 0);
    found.push(word & 0xff_ffff);
    index = word >>> 24;
    more = index !== 0;
  }
  return found;
}

/** The table as its entries come through the registers. */
function tableOf(bench: CxlBench): Buffer {
  const words: number[] = [];
  for (let handle = 0; handle !== 0xffff;) {
    const answer = bench.exchange(CXL_DOE_AT, [CDAT, handle * 0x1_0000]);
    if (answer === 'error') {
      throw new Error(`no entry ${handle}`);
    }
    words.push(...answer.slice(3));
    handle = (answer[2] ?? 0) >>> 16;
  }
  return Buffer.from(Uint32Array.from(words).buffer);
}

function wordsOf(bytes: Uint8Array): number[] {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return [...new Uint32Array(padded.buffer)];
}

const media = [COMPLIANCE, ...wordsOf(encodeModeRequest('media-poison', { dpa: 0x40n }))];

describe('CXL memory device', () => {
  it('doe §3 cxl data objects: the registers see CDAT, and compliance mode only if it is theirs (seed 004; CXL 3.1, section 8.1.11)', () => {
    using bench = new CxlBench();
    expect(discovered(bench, CXL_DOE_AT)).to.deep.equal([0x0000_0001, CDAT]);
    expect(bench.exchange(CXL_DOE_AT, media)).to.equal('error');
    using open = new CxlBench({ ...oneRange, complianceAccess: { owner: 'registers' } });
    expect(discovered(open, CXL_DOE_AT)).to.deep.equal([0x0000_0001, CDAT, COMPLIANCE]);
    using shown = new CxlBench({ ...oneRange, complianceAccess: { withheld: 'error' } });
    expect(discovered(shown, CXL_DOE_AT)).to.deep.equal([0x0000_0001, CDAT, COMPLIANCE]);
    expect(shown.exchange(CXL_DOE_AT, media)).to.equal('error');
  });

  it('doe §3 cxl data objects: the table that the device declared comes through its registers, also after a change (CXL 3.1, section 8.1.11.1)', () => {
    using bench = new CxlBench();
    const { cdat } = bench.device;
    expect(tableOf(bench)).to.deep.equal(Buffer.from(cdat.table.bytes));
    expect(cdat.table.bytes).to.have.length(160);
    cdat.update([]);
    expect(tableOf(bench)).to.deep.equal(Buffer.from(cdat.table.bytes));
    expect(cdat.table.sequence).to.equal(1);
  });

  it('doe §3 cxl data objects: compliance mode and mailbox have one poison list (CXL 3.1, sections 14.16.4.17 and 8.2.9.9.4.1)', () => {
    using bench = new CxlBench({ ...oneRange, complianceAccess: { owner: 'registers' } });
    expect(bench.exchange(CXL_DOE_AT, media)).to.deep.equal([COMPLIANCE, 3, 0x000c_0110]);
    const { output } = bench.command(0x4300, `${'00'.repeat(8)}0200000000000000`);
    expect(output.slice(20, 24)).to.equal('0100');
    expect(output.slice(64, 80)).to.equal('4300000000000000');
  });

  it('doe §3 cxl data objects: more features and more capabilities beside them (own rule)', () => {
    const feature = (type: number): DoeFeature => ({
      vendor: 0x1af4,
      type,
      handle: (request) => request.slice(),
    });
    using bench = new CxlBench({
      ...oneRange,
      features: [{ feature: feature(1) }],
      instances: [{ at: 0x200, features: [{ feature: feature(2) }] }],
    });
    expect(discovered(bench, CXL_DOE_AT)).to.deep.equal([0x0000_0001, CDAT, 0x0001_1af4]);
    expect(discovered(bench, 0x200)).to.deep.equal([0x0000_0001, 0x0002_1af4]);
    expect(bench.exchange(0x200, [0x0002_1af4, 7])).to.deep.equal([0x0002_1af4, 3, 7]);
  });

  it("doe §3 cxl interrupts: the DOE Capability has one of the function's vectors, none without them (seed 004; PCI Express Base Specification 6.0, section 7.9.24.2)", () => {
    using without = new CxlBench();
    expect(without.read(CONFIG, CXL_DOE_AT + 4, 4)).to.equal(0);
    using bench = new CxlBench({ ...oneRange, vectors: 4 });
    expect(bench.read(CONFIG, CXL_DOE_AT + 4, 4)).to.equal(1);
    expect(bench.device.pci.layout.vectors).to.equal(4);
    bench.write(CONFIG, bench.device.pci.layout.capabilities[1]?.at ?? 0, 4, 0x8000_0011);
    bench.write(CONFIG, CXL_DOE_AT + 8, 4, 2);
    for (const word of [CDAT, 3, 0]) {
      bench.write(CONFIG, CXL_DOE_AT + 0x10, 4, word);
    }
    bench.write(CONFIG, CXL_DOE_AT + 8, 4, 0x8000_0002);
    expect(bench.signalled).to.deep.equal(['2:0']);
  });

  it('doe §3 cxl reset: data object, commands and registers begin again; poison and table stay (PCI Express Base Specification 6.0, section 6.6.2)', () => {
    using bench = new CxlBench({ ...oneRange, complianceAccess: { owner: 'registers' } });
    bench.device.poison.inject(0);
    bench.command(0x0301, '01'.repeat(8));
    bench.write(CONFIG, CXL_DOE_AT + 0x10, 4, CDAT);
    bench.write(CONFIG, 0x40 + 8, 2, 0x8000);
    expect(() => bench.read(DEVICE, 0, 4)).to.throw(MdevError, /EIO/);
    bench.enable();
    expect(bench.read(DEVICE, 0x108, 8)).to.equal(0);
    expect(bench.read(DEVICE, 0x120, 4)).to.equal(0);
    expect(bench.command(0x0300).output).to.equal('00'.repeat(8));
    expect(bench.exchange(CXL_DOE_AT, [CDAT, 0])).to.have.length(7);
    expect(bench.device.poison.size).to.equal(1);
    bench.device.close();
    expect(bench.device.poison.size).to.equal(1);
  });

  it('doe §3 cxl next client: behind a transport, finds nothing in the DOE Capability of what the former asked; for other causes nothing is forgotten (bug; vfio-user protocol specification, Disconnection and reconnect)', () => {
    const log: string[] = [];
    using bench = new CxlBench({
      ...oneRange,
      features: [
        {
          feature: {
            vendor: 0x1af4,
            type: 1,
            handle: (request) => request.slice(),
            reset: () => void log.push('reset'),
          },
        },
      ],
    });
    const status = (): number => bench.read(CONFIG, CXL_DOE_AT + 0xc, 4);
    const send = (): void => {
      for (const word of [0x0001_1af4, 3, 0x5ec7e7]) {
        bench.write(CONFIG, CXL_DOE_AT + 0x10, 4, word);
      }
    };
    send();
    bench.write(CONFIG, CXL_DOE_AT + 8, 4, 0x8000_0000);
    for (const cause of ['map', 'unmap', 'reset', 'function-reset', 'migration'] as const) {
      bench.device.quiesce(cause);
    }
    expect([status(), log.length]).to.deep.equal([0x8000_0000, 0]);
    bench.device.quiesce('disconnect');
    expect(status()).to.equal(0);
    expect(bench.read(CONFIG, CXL_DOE_AT + 0x14, 4)).to.equal(0);
    expect(log).to.deep.equal(['reset']);

    bench.write(CONFIG, CXL_DOE_AT + 0x10, 4, 0x0001_1af4);
    bench.device.quiesce('disconnect');
    expect(bench.exchange(CXL_DOE_AT, [0x0001_1af4, 7])).to.deep.equal([0x0001_1af4, 3, 7]);
  });

  it('doe §3 cxl end: features go with the device, once (own rule)', () => {
    let disposed = 0;
    const bench = new CxlBench({
      ...oneRange,
      features: [
        {
          feature: {
            vendor: 1,
            type: 9,
            handle: () => undefined,
            [Symbol.dispose]: () => {
              disposed++;
            },
          },
        },
      ],
    });
    bench[Symbol.dispose]();
    bench[Symbol.dispose]();
    expect(disposed).to.equal(1);
  });

  it('doe §3 cxl hostile host: any access to any register is answered, and the device goes on (own rule)', function () {
    this.timeout(60_000);
    using bench = new CxlBench({
      ...oneRange,
      vectors: 1,
      poisonLimit: 20,
      complianceAccess: { owner: 'registers' },
    });
    const wellFormed: readonly (readonly [opcode: number, length: number])[] = [
      [0x100, 1],
      [0x101, 6],
      [0x102, 0],
      [0x103, 4],
      [0x300, 0],
      [0x301, 8],
      [0x400, 0],
      [0x401, 24],
      [0x4000, 0],
      [0x4300, 16],
      [0x4301, 8],
      [0x4302, 72],
    ];
    const place = fc.oneof(
      fc.tuple(fc.constant(COMPONENT), fc.integer({ min: 0xff0, max: 0x1140 })),
      fc.tuple(fc.constant(COMPONENT), fc.constantFrom(0x1110, 0x1118, 0x1120, 0x1124)),
      fc.tuple(fc.constant(DEVICE), fc.integer({ min: 0, max: 0xff8 })),
      fc.tuple(fc.constant(DEVICE), fc.integer({ min: 0x100, max: 0x128 })),
      fc.tuple(fc.constant(CONFIG), fc.integer({ min: 0x100, max: 0x190 })),
    );
    const step = fc.record({
      place,
      width: fc.constantFrom(1, 2, 4, 8),
      write: fc.boolean(),
      value: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      command: fc.option(
        fc.oneof(
          fc.constantFrom(...wellFormed),
          fc.tuple(fc.integer({ min: 0, max: 0xffff }), fc.nat({ max: 513 })),
        ),
        { freq: 3 },
      ),
    });
    let succeeded = 0;
    let windows = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        for (const {
          place: [region, offset],
          width,
          write,
          value,
          command,
        } of steps) {
          if (command !== null) {
            const [opcode, length] = command;
            succeeded += Number(bench.command(opcode, '', length).code === 0);
          } else if (write) {
            bench.write(region, offset, width, Number(value));
          } else {
            bench.read(region, offset, width);
          }
          const { window } = bench.device.registers.decoder;
          if (window !== undefined) {
            windows++;
            expect(window.skip + window.size / window.ways).to.be.at.most(0x1000_0000);
          }
        }
        expect(bench.read(DEVICE, 0x104, 4)).to.equal(0);
        expect(bench.device.poison.size).to.be.at.most(20);
        bench.write(CONFIG, CXL_DOE_AT + 8, 4, 1);
        bench.clock.advance(1000);
        bench.write(CONFIG, 0x40 + 8, 2, 0x8000);
        bench.enable();
      }),
      { seed: 20261121, numRuns: 1500 },
    );
    expect(succeeded).to.be.greaterThan(500);
    expect(windows).to.be.greaterThan(20);
    bench.enable();
    expect(bench.command(0x4000).code).to.equal(0);
    expect(tableOf(bench)).to.have.length(160);
  });
});
