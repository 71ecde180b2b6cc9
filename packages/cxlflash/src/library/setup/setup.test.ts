import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ALL_ONES, HostRegister } from '../../abi/index.js';
import { reasonOf } from '../engine-bench.test-support.js';
import { FakeAfu } from '../fake-afu.test-support.js';
import { ContextMemory } from '../memory/index.js';
import { bringUp, HostWindow, registerBytes, resetContext } from './index.js';

function made(): { memory: ContextMemory; afu: FakeAfu; window: HostWindow } {
  const shape = { slots: 4, bufferBytes: 4096 };
  const memory = new ContextMemory(
    shape,
    (bytes) => new Uint8Array(bytes).fill(0xee),
    0x1_0000_0000,
  );
  const afu = new FakeAfu(memory);
  return { memory, afu, window: new HostWindow(afu, 0, 0) };
}

describe('bringUp (open-power/capiflash cflash_block_sisl.c, cblk_sisl_adap_setup)', () => {
  it('empties the queue, then start, end, ctx_ctrl and intr_mask, in that order', async () => {
    const { memory, afu, window } = made();
    expect(await bringUp(window, memory)).to.equal(1n);
    expect(afu.writes).to.deep.equal([
      [HostRegister.RRQ_START, 0x1_0000_0000n],
      [HostRegister.RRQ_END, 0x1_0000_0018n],
      [HostRegister.CTX_CTRL, 1n],
      [HostRegister.INTR_MASK, 0xffff_ffff_ffff_f800n],
    ]);
    expect(memory.bytes.subarray(0, 32).every((byte) => byte === 0)).to.equal(true);
  });

  it('registers that read all-ones belong to no context: EIO', async () => {
    const { memory, afu, window } = made();
    afu.reads = ALL_ONES;
    expect(await reasonOf(bringUp(window, memory))).to.equal('cxlflash.context-lost');
  });
});

describe('HostWindow (drivers/scsi/cxlflash/sislite.h: big endian, 8 bytes)', () => {
  it('writes the highest byte first', () => {
    expect([...registerBytes(0x0102_0304_0506_0708n)]).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('resetContext (drivers/scsi/cxlflash/main.c, context_reset)', () => {
  it('looks 11 times, and waits twice as long each time', async () => {
    const { afu, window } = made();
    afu.resetReads = 1000;
    const waits: number[] = [];
    const wait = (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      return Promise.resolve();
    };
    expect(await resetContext(window, wait)).to.equal(false);
    expect(waits).to.deep.equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
    afu.resetReads = 2;
    waits.length = 0;
    expect(await resetContext(window, wait)).to.equal(true);
    expect(waits).to.deep.equal([1, 2]);
  });

  it('all-ones is no context that was reset', async () => {
    const { afu, window } = made();
    afu.reads = ALL_ONES;
    expect(await resetContext(window, () => Promise.resolve())).to.equal(false);
  });
});
