import { expect } from 'chai';
import { describe, it } from 'mocha';
import { COMPONENT, CONFIG, CxlBench } from './bench.test-support.js';

const BASE = 0x1110;
const SIZE = 0x1118;
const CONTROL = 0x1120;
const SKIP = 0x1124;

const LOCK = 0x100;
const COMMIT = 0x200;
const COMMITTED = 0x400;
const ERROR = 0x800;
const HOST_ONLY = 0x1000;

const MiB256 = 0x1000_0000;

/** Writes a window as Linux drivers/cxl/core/hdm.c, cxl_decoder_commit does, and reads the control register. */
function commit(bench: CxlBench, size: number, skip = 0, control = 0): number {
  bench.write(COMPONENT, CONTROL, 4, 0);
  bench.write(COMPONENT, BASE + 4, 4, 1);
  bench.write(COMPONENT, BASE, 4, 0x2000_0000);
  bench.write(COMPONENT, SIZE + 4, 4, Math.floor(size / 2 ** 32));
  bench.write(COMPONENT, SIZE, 4, size % 2 ** 32);
  bench.write(COMPONENT, SKIP + 4, 4, Math.floor(skip / 2 ** 32));
  bench.write(COMPONENT, SKIP, 4, skip % 2 ** 32);
  bench.write(COMPONENT, CONTROL, 4, control | COMMIT | HOST_ONLY);
  return bench.read(COMPONENT, CONTROL, 4);
}

describe('CXL memory device: HDM decoder', () => {
  it('doe §3 cxl decoder: a window within the memory is committed at once (Linux drivers/cxl/core/hdm.c, cxld_await_commit)', () => {
    using bench = new CxlBench();
    expect(bench.device.registers.decoder.window).to.equal(undefined);
    expect(commit(bench, MiB256)).to.equal(COMMIT | COMMITTED | HOST_ONLY);
    expect(bench.device.registers.decoder.window).to.deep.equal({
      base: 0x1_2000_0000,
      size: MiB256,
      skip: 0,
      ways: 1,
      granularity: 256,
    });
    expect(commit(bench, 0)).to.equal(COMMIT | COMMITTED | HOST_ONLY);
  });

  it('doe §3 cxl decoder: what the device does not have is Error Not Committed (CXL 3.1, section 8.2.4.20.7)', () => {
    using bench = new CxlBench();
    const failed = COMMIT | ERROR | HOST_ONLY;
    expect(commit(bench, 2 * MiB256)).to.equal(failed);
    expect(commit(bench, MiB256, MiB256)).to.equal(failed);
    expect(commit(bench, 2 ** 63)).to.equal(failed);
    expect(commit(bench, MiB256, 0, 7), 'granularity').to.equal(failed | 7);
    expect(commit(bench, MiB256, 0, 0x10), 'two ways').to.equal(failed | 0x10);
    expect(commit(bench, 16 * MiB256, 0, 0x40), 'sixteen ways').to.equal(failed | 0x40);
    expect(bench.device.registers.decoder.window).to.equal(undefined);
    expect(commit(bench, MiB256), 'and then one that is right').to.equal(
      COMMIT | COMMITTED | HOST_ONLY,
    );
  });

  it('doe §3 cxl decoder: interleaved, the device has its part of the window (CXL 3.1, section 8.2.4.20.12)', () => {
    using bench = new CxlBench();
    expect(commit(bench, 8 * MiB256, 0, 0x36)).to.equal(COMMIT | COMMITTED | HOST_ONLY | 0x36);
    expect(bench.device.registers.decoder.window).to.include({ ways: 8, granularity: 16_384 });
  });

  it('doe §3 cxl decoder: clearing Commit takes the window back (Linux drivers/cxl/core/hdm.c, cxl_decoder_reset)', () => {
    using bench = new CxlBench();
    commit(bench, MiB256);
    bench.write(COMPONENT, CONTROL, 4, HOST_ONLY);
    expect(bench.read(COMPONENT, CONTROL, 4)).to.equal(HOST_ONLY);
    expect(bench.device.registers.decoder.window).to.equal(undefined);
    commit(bench, 2 * MiB256);
    bench.write(COMPONENT, CONTROL, 4, 0);
    expect(bench.read(COMPONENT, CONTROL, 4)).to.equal(0);
  });

  it("doe §3 cxl decoder: Committed and Error are the device's alone; addresses are multiples of 256 MiB (CXL 3.1, section 8.2.4.20)", () => {
    using bench = new CxlBench();
    bench.write(COMPONENT, CONTROL, 4, COMMITTED | ERROR | 0xffff_e000);
    expect(bench.read(COMPONENT, CONTROL, 4)).to.equal(0);
    for (const offset of [BASE, SIZE, SKIP]) {
      bench.write(COMPONENT, offset, 4, 0xffff_ffff);
      expect(bench.read(COMPONENT, offset, 4)).to.equal(0xf000_0000);
    }
    bench.write(COMPONENT, 0x1104, 4, 0xffff_ffff);
    expect(bench.read(COMPONENT, 0x1104, 4)).to.equal(3);
    bench.write(COMPONENT, 0x1000, 4, 0xffff_ffff);
    expect(bench.read(COMPONENT, 0x1000, 4)).to.equal(0x0111_0001);
  });

  it('doe §3 cxl decoder: with Lock On Commit nothing changes until a reset (CXL 3.1, section 8.2.4.20.7)', () => {
    using bench = new CxlBench();
    expect(commit(bench, 2 * MiB256, 0, LOCK), 'a failure locks nothing').to.equal(
      COMMIT | ERROR | LOCK | HOST_ONLY,
    );
    const locked = COMMIT | COMMITTED | LOCK | HOST_ONLY;
    expect(commit(bench, MiB256, 0, LOCK)).to.equal(locked);
    const before = bench.bytes(COMPONENT, 0x1110, 0x20);
    bench.put(COMPONENT, 0x1110, new Uint8Array(0x20).fill(0));
    bench.put(COMPONENT, 0x1110, new Uint8Array(0x20).fill(0xff));
    expect(bench.bytes(COMPONENT, 0x1110, 0x20)).to.deep.equal(before);
    bench.write(CONFIG, 0x40 + 8, 2, 0x8000);
    bench.enable();
    expect(bench.read(COMPONENT, CONTROL, 4), 'function level reset').to.equal(0);
    expect(bench.device.registers.decoder.window).to.equal(undefined);
  });

  it('doe §3 cxl decoder committed: what is written afterwards counts at the next commit only, though no register is locked (bug; CXL 3.1, sections 8.2.4.20.7 and 8.2.4.20.12)', () => {
    using bench = new CxlBench();
    const { decoder } = bench.device.registers;
    commit(bench, MiB256);
    const committed = decoder.window;
    expect(committed).to.include({ base: 0x1_2000_0000, size: MiB256, skip: 0 });
    for (const [offset, value] of [
      [BASE, 0x3000_0000],
      [BASE + 4, 7],
      [SIZE, 0x5000_0000],
      [SIZE + 4, 0x1000],
      [SKIP, 0x6000_0000],
      [SKIP + 4, 9],
    ] as const) {
      bench.write(COMPONENT, offset, 4, value);
      expect(bench.read(COMPONENT, offset, 4), 'not locked').to.equal(value);
      expect(decoder.window).to.deep.equal(committed);
    }
    bench.write(COMPONENT, CONTROL, 4, COMMIT | 0xff);
    expect(bench.read(COMPONENT, CONTROL, 4)).to.equal(COMMIT | COMMITTED | HOST_ONLY);
    expect(decoder.window).to.deep.equal(committed);

    bench.write(COMPONENT, CONTROL, 4, HOST_ONLY);
    expect(decoder.window).to.equal(undefined);
    bench.write(COMPONENT, CONTROL, 4, COMMIT | HOST_ONLY);
    expect(bench.read(COMPONENT, CONTROL, 4), 'now it counts').to.equal(COMMIT | ERROR | HOST_ONLY);
    expect(decoder.window).to.equal(undefined);
  });

  it('doe §3 cxl decoder committed: locked afterwards, the window stays the one that was committed (bug; CXL 3.1, section 8.2.4.20.7)', () => {
    using bench = new CxlBench();
    const { decoder } = bench.device.registers;
    commit(bench, MiB256);
    const committed = decoder.window;
    bench.write(COMPONENT, SIZE + 4, 4, 0x1000);
    bench.write(COMPONENT, CONTROL, 4, COMMIT | LOCK | 0xff);
    const locked = COMMIT | COMMITTED | LOCK | HOST_ONLY;
    expect(bench.read(COMPONENT, CONTROL, 4)).to.equal(locked);
    expect(decoder.window).to.deep.equal(committed);
    bench.write(COMPONENT, CONTROL, 4, 0);
    bench.write(COMPONENT, BASE + 4, 4, 3);
    expect(bench.read(COMPONENT, BASE + 4, 4)).to.equal(1);
    expect(bench.read(COMPONENT, CONTROL, 4)).to.equal(locked);
    expect(decoder.window).to.deep.equal(committed);
    bench.write(CONFIG, 0x40 + 8, 2, 0x8000);
    expect(decoder.window).to.equal(undefined);
  });
});
