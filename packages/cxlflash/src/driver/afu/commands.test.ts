import { expect } from 'chai';
import { describe, it } from 'mocha';
import { WRITE_16 } from '@mdevkit/uapi';
import { HostRegister } from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { Bench, readEvents } from '../bench.test-support.js';
import { CONTEXT_IN_FLIGHT } from './index.js';

function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff);
}

describe('commands that end well (SBC-3, READ(16), WRITE(16); drivers/scsi/cxlflash/sislite.h)', () => {
  it('cxlflash command read, cxlflash command write: whole blocks, there and back', async () => {
    const bench = new Bench();
    const raw = bench.working();
    // More than one piece, and not a multiple of it.
    const data = pattern(20 * 4096, 3);
    raw.bytes(raw.data, data.length).set(data);
    const written = await raw.run({ opcode: WRITE_16, lba: 5, blocks: 20 });
    expect([written.ioasc, written.resid, written.port]).to.deep.equal([0, 0, 0]);
    raw.bytes(raw.data, data.length).fill(0);
    const read = await raw.run({ lba: 5, blocks: 20 }, 1);
    expect(read.ioasc).to.equal(0);
    expect(Buffer.compare(raw.bytes(raw.data, data.length), data)).to.equal(0);
    const before = await raw.run({ lba: 4 }, 2);
    expect(before.ioasc).to.equal(0);
    expect(raw.bytes(raw.data, 4096).every((byte) => byte === 0)).to.equal(true);
    expect(raw.completions()).to.deep.equal([0, 1, 2]);
    await bench.end(raw.context);
  });

  it('cxlflash command blocks: none at all moves nothing, and ends well', async () => {
    const bench = new Bench();
    const raw = bench.working();
    const response = await raw.run({ blocks: 0, data_len: 0, data_ea: 1 });
    expect(response.ioasc).to.equal(0);
    await bench.end(raw.context);
  });

  it('cxlflash command fua: a write that says so is flushed before it ends', async () => {
    const bench = new Bench();
    const raw = bench.working();
    await raw.run({ opcode: WRITE_16 });
    expect(bench.store.flushes).to.equal(0);
    expect((await raw.run({ opcode: WRITE_16, options: 0x08 })).ioasc).to.equal(0);
    expect(bench.store.flushes).to.equal(1);
    await bench.end(raw.context);
  });

  it('cxlflash command order: commands overlap, and each ends when its disk has ended', async () => {
    const bench = new Bench();
    const raw = bench.working();
    bench.store.isHeld = true;
    for (let i = 0; i < 12; i++) {
      raw.write(i, { lba: i });
      raw.submit(i);
    }
    await settled();
    expect(bench.store.calls.length).to.equal(CONTEXT_IN_FLIGHT);
    bench.store.calls.splice(3, 1)[0]?.resolve();
    await settled();
    expect(raw.completions()).to.deep.equal([3]);
    expect(bench.store.calls.length).to.equal(CONTEXT_IN_FLIGHT);
    bench.store.letGo();
    await settled();
    expect(raw.completions().sort((a, b) => a - b)).to.deep.equal([
      0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
    await bench.end(raw.context);
  });
});

describe('responses (drivers/scsi/cxlflash/sislite.h, struct sisl_ioasa, SISL_RESP_HANDLE_T_BIT)', () => {
  it("cxlflash response place: behind the request; its last 32 bytes are the user's own", async () => {
    const bench = new Bench();
    const raw = bench.working();
    await raw.run();
    const place = raw.bytes(raw.requestAt(0) + 64, 64);
    expect(place.subarray(0, 32).every((byte) => byte === 0)).to.equal(true);
    expect(place.subarray(32).every((byte) => byte === 0xcc)).to.equal(true);
    await bench.end(raw.context);
  });

  it('cxlflash response toggle: begins as 1 and changes with every turn; the end is an entry', async () => {
    const bench = new Bench();
    const raw = bench.attach().bringUp(3);
    raw.open();
    const toggles: number[] = [];
    for (let i = 0; i < 8; i++) {
      await raw.run({}, 0);
      toggles.push((raw.bytes(raw.rrq + (i % 3) * 8, 1)[0] ?? 0) & 1);
      expect(raw.completions()).to.deep.equal([0]);
    }
    expect(toggles).to.deep.equal([1, 1, 1, 0, 0, 0, 1, 1]);
    expect(raw.bytes(raw.rrq + 24, 8).every((byte) => byte === 0)).to.equal(true);
    await bench.end(raw.context);
  });

  it('cxlflash response restart: writing one of its registers starts the queue anew', async () => {
    const bench = new Bench();
    const raw = bench.working();
    await raw.run();
    await raw.run();
    raw.bytes(raw.rrq, 64).fill(0);
    raw.bringUp();
    await raw.run();
    expect(raw.completions()).to.deep.equal([0]);
    await bench.end(raw.context);
  });

  it('cxlflash response interrupt: that of the request, if the context has it, after the entry', async () => {
    const bench = new Bench();
    const raw = bench.working({ interrupts: 2 });
    const seen: number[] = [];
    for (const msi of [0, 1, 2, 3, 255]) {
      await raw.run({ msi });
      const events = await readEvents(raw.context);
      seen.push(events.length === 0 ? 0 : (events[0]?.body[2] ?? -1));
    }
    expect(seen).to.deep.equal([0, 1, 2, 0, 0]);
    expect(raw.completions().length).to.equal(5);
    await bench.end(raw.context);
  });

  it('cxlflash response endian: with endian_ctrl of a big-endian host all but the CDB is big-endian', async () => {
    const bench = new Bench();
    const raw = bench.working();
    bench.store.memory.resize(1024);
    await bench.store.memory.write(7, pattern(4096, 9));
    raw.set('ENDIAN_CTRL', 0x8000_0000_0000_0080n);
    expect(raw.get('ENDIAN_CTRL')).to.equal(0x8000_0000_0000_0080n);
    raw.set('ENDIAN_CTRL', 5n);
    expect(raw.get('ENDIAN_CTRL')).to.equal(0x8000_0000_0000_0080n);
    const request = raw.bytes(raw.requestAt(0), 64);
    const view = new DataView(request.buffer, request.byteOffset, 64);
    view.setUint16(2, 0x8000);
    view.setUint32(16, 8192);
    view.setBigUint64(24, BigInt(raw.data));
    view.setUint8(32, 2);
    view.setUint8(40, 0x88);
    view.setBigUint64(42, 7n);
    view.setUint32(50, 1);
    raw.submit();
    await settled();
    expect(Buffer.compare(raw.bytes(raw.data, 4096), pattern(4096, 9))).to.equal(0);
    const response = raw.bytes(raw.requestAt(0) + 64, 8);
    // Underrun by a block: flags, no afu_rc, no scsi_rc, RESID, and the rest as a big-endian word.
    expect([...response]).to.deep.equal([0x10, 0, 0, 0x5a, 0, 0, 0x10, 0]);
    const entry = raw.bytes(raw.rrq, 8);
    const value = new DataView(entry.buffer, entry.byteOffset, 8).getBigUint64(0);
    expect(value).to.equal(BigInt(raw.requestAt(0)) | 1n);
    raw.set('ENDIAN_CTRL', 0n);
    expect(raw.get('ENDIAN_CTRL')).to.equal(0n);
    expect(HostRegister.ENDIAN_CTRL).to.equal(0);
    await bench.end(raw.context);
  });
});
