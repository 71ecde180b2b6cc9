import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { encodeStructure } from '../../abi/cdat/index.js';
import { FakeTable, header, tableOf } from './fake-device.test-support.js';
import { parseCdat, readCdat } from './index.js';

const dsmas = encodeStructure({ kind: 'dsmas', handle: 0, base: 0n, length: 64n, flags: 0 });
const dsis = encodeStructure({ kind: 'dsis', flags: 1, handle: 0 });
const length = 16 + dsmas.length + dsis.length;
const good = [header(length, 3, dsmas, dsis), dsmas, dsis] as const;

describe('CDAT: reading it from a device', () => {
  it('doe §3 cdat reader: the header, every entry by the handle given before, and the header again (Linux drivers/cxl/core/pci.c, cxl_cdat_read_table)', async () => {
    const device = tableOf(...good);
    const table = await readCdat(device);
    expect(Buffer.from(table)).to.deep.equal(Buffer.concat(good));
    expect(device.asked).to.deep.equal([0, 1, 2, 0]);
    expect(parseCdat(table)).to.include({ sequence: 3, revision: 2, missing: 0 });
  });

  it('doe §3 cdat reader: handles in any order (CXL 3.1, section 8.1.11.1)', async () => {
    const order = new Map([
      [0, { next: 700, bytes: good[0] }],
      [700, { next: 5, bytes: good[1] }],
      [5, { next: 0xffff, bytes: good[2] }],
    ]);
    const device = new FakeTable((handle) => order.get(handle) ?? new Uint8Array());
    expect(Buffer.from(await readCdat(device))).to.deep.equal(Buffer.concat(good));
    expect(device.asked).to.deep.equal([0, 700, 5, 0]);
  });

  const broken: readonly [string, FakeTable, string][] = [
    ['a payload without its first word', new FakeTable(() => new Uint8Array(3)), 'doe.cdat-answer'],
    ['another code', new FakeTable(() => Uint8Array.of(1, 0, 0, 0)), 'doe.cdat-answer'],
    ['a header of 12 bytes', tableOf(good[0].subarray(0, 12), dsmas), 'doe.cdat-answer'],
    ['a header of 20 bytes', tableOf(Buffer.concat([good[0], Buffer.alloc(4)])), 'doe.cdat-answer'],
    ['an entry without a header', tableOf(good[0], new Uint8Array(0)), 'doe.cdat-answer'],
    ['an entry that is cut short', tableOf(good[0], dsmas.subarray(0, 20)), 'doe.cdat-answer'],
    [
      'an entry with words behind it',
      tableOf(good[0], Buffer.concat([dsmas, Buffer.alloc(4)])),
      'doe.cdat-answer',
    ],
    ['an entry beyond the length', tableOf(header(20, 0), dsmas), 'doe.cdat-answer'],
    ['entries beyond the length', tableOf(header(40, 0), dsmas, dsis), 'doe.cdat-answer'],
    ['a length below the header', tableOf(header(15, 0)), 'doe.cdat-length'],
    ['a length of 4 GiB', tableOf(header(0xffff_ffff, 0), dsmas), 'doe.cdat-length'],
    ['a wrong checksum', tableOf(header(length, 3, dsmas), dsmas, dsis), 'doe.cdat-checksum'],
  ];
  for (const [what, device, reason] of broken) {
    it(`doe §3 cdat reader: ${what} is EIO (Linux drivers/cxl/core/pci.c, read_cdat_data)`, async () => {
      expect(await settled(readCdat(device))).to.equal(`EIO ${reason}`);
    });
  }

  it('doe §3 cdat reader: a length beyond the last entry is cut off (Linux drivers/cxl/core/pci.c, "discarding trailing data")', async () => {
    const table = await readCdat(tableOf(header(length + 8, 3, dsmas, dsis), dsmas, dsis));
    expect(table).to.have.length(length);
    expect(parseCdat(table)).to.include({ missing: 8 });
  });

  it('doe §3 cdat endless table: a handle that comes twice ends the walk (own rule)', async () => {
    for (const next of [0, 1, 2]) {
      const device = new FakeTable((handle) => ({
        next: handle === 2 ? next : handle + 1,
        bytes: handle === 0 ? header(0xf_ffff, 0) : dsis,
      }));
      expect(await settled(readCdat(device))).to.equal('EIO doe.cdat-handle');
      expect(device.asked).to.deep.equal([0, 1, 2, 0]);
    }
  });

  it('doe §3 cdat endless table: ever new handles end with the length that the header gave (Linux drivers/cxl/core/pci.c, cxl_cdat_read_table)', async () => {
    const device = new FakeTable((handle) => ({
      next: handle + 1,
      bytes: handle === 0 ? header(16 + 8 * 50, 0) : dsis,
    }));
    expect(await settled(readCdat(device))).to.equal('EIO doe.cdat-answer');
    expect(device.asked).to.have.length(53);
  });

  it('doe §3 cdat re-read: another sequence at the end, and all is read anew (CDAT 1.04, section 2)', async () => {
    const changed = [header(16 + dsis.length, 4, dsis), dsis];
    const device: FakeTable = tableOf(...good);
    const { answer } = device;
    device.answer = (handle) => {
      if (handle === 2 && device.answer !== answer) {
        device.answer = tableOf(...changed).answer;
      }
      return answer(handle);
    };
    const table = await readCdat(device);
    expect(device.asked).to.deep.equal([0, 1, 2, 0, 0, 1, 0]);
    expect(Buffer.from(table)).to.deep.equal(Buffer.concat(changed));
  });

  it('doe §3 cdat re-read: a walk that a change broke is no error (CDAT 1.04, section 2)', async () => {
    const changed = [header(16 + dsis.length, 4, dsis), dsis];
    const device: FakeTable = tableOf(...good);
    const { answer } = device;
    device.answer = (handle) => {
      if (handle === 1 && device.answer !== answer) {
        device.answer = tableOf(...changed).answer;
      }
      return answer(handle);
    };
    // Handle 2 is gone by the time that it is asked for, which a device answers with Error.
    expect(await readCdat(device)).to.have.length(16 + dsis.length);
    expect(device.asked).to.deep.equal([0, 1, 2, 0, 0, 1, 0]);
  });

  it('doe §3 cdat re-read: a table that never stands still is EAGAIN (own rule)', async () => {
    let sequence = 0;
    const device = new FakeTable((handle) =>
      handle === 0
        ? { next: 1, bytes: header(24, sequence++, dsis) }
        : { next: 0xffff, bytes: dsis },
    );
    expect(await settled(readCdat(device, { retries: 2 }))).to.equal('EAGAIN doe.cdat-changing');
    expect(device.asked).to.have.length(9);
  });

  it('doe §3 cdat reader: hands on the signal, and what the transport throws (own rule)', async () => {
    const device = new FakeTable((handle) => tableOf(...good).answer(handle * 3));
    const { signal } = new AbortController();
    expect(await readCdat(device, { signal }).catch(String)).to.match(/no entry 3/);
    expect(device.signals).to.deep.equal([signal, signal, signal]);
  });

  it('doe §3 cdat reader: of two failures the first one is told (own rule)', async () => {
    const device: FakeTable = new FakeTable((handle) => {
      if (device.asked.length > 1 && handle === 0) {
        throw new Error('gone');
      }
      return tableOf(good[0], dsmas.subarray(4)).answer(handle);
    });
    expect(await settled(readCdat(device))).to.equal('EIO doe.cdat-answer');
  });

  it('doe §3 cdat reader: the longest table is the one that the caller takes (own rule)', async () => {
    expect(await settled(readCdat(tableOf(...good), { maxLength: length - 1 }))).to.equal(
      'EIO doe.cdat-length',
    );
    expect(await readCdat(tableOf(...good), { maxLength: length })).to.have.length(length);
  });
});
