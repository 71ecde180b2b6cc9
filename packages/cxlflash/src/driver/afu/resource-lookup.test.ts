import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AddressSpace, DmaPort } from '@mdevkit/core';
import { RHT_PERM_READ, RHT_PERM_RW, RHT_PERM_WRITE } from '@mdevkit/uapi';
import { ResourceTable, TABLE_BYTES } from '../context/index.js';
import { ResourceLookup, type ControlRegisters } from './index.js';

const CAPABILITIES = 3n;

function make(): {
  readonly space: AddressSpace;
  readonly lookup: ResourceLookup;
  readonly control: ControlRegisters;
} {
  const space = new AddressSpace();
  const lookup = new ResourceLookup(DmaPort.onto(space, { report: () => undefined }));
  const control = { rhtStart: TABLE_BYTES, rhtCount: 256, capabilities: CAPABILITIES };
  return { space, lookup, control };
}

describe('the resource table, as the AFU reads it (drivers/scsi/cxlflash/sislite.h, struct sisl_rht_entry_f1)', () => {
  it('cxlflash rht entry: what the driver publishes is what the AFU finds, until it is unpublished', () => {
    const { space, lookup, control } = make();
    const table = new ResourceTable(space, TABLE_BYTES);
    const handle = table.take();
    expect(handle).to.equal(0);
    expect(lookup.find(control, 0, RHT_PERM_READ)).to.deep.equal({ afuRc: 0x05 });
    table.publish(handle, 0x0001_0000_0000_0002n, RHT_PERM_READ, 3);
    expect(lookup.find(control, 0, RHT_PERM_READ)).to.deep.equal({
      lunId: 0x0001_0000_0000_0002n,
      ports: 3,
    });
    expect(lookup.find(control, 0, RHT_PERM_WRITE)).to.deep.equal({ afuRc: 0x05 });
    table.unpublish(handle);
    expect(lookup.find(control, 0, RHT_PERM_READ)).to.deep.equal({ afuRc: 0x05 });
    const page = new Uint8Array(TABLE_BYTES);
    DmaPort.onto(space, { report: () => undefined }).read(TABLE_BYTES, page);
    expect(page.every((byte) => byte === 0)).to.equal(true);
    table[Symbol.dispose]();
    expect(space.mapCount).to.equal(0);
  });

  it('cxlflash rht order: at no step between is there a valid entry that is not complete', () => {
    const { space, lookup, control } = make();
    const steps: unknown[] = [];
    const table = new ResourceTable(space, TABLE_BYTES, () => {
      steps.push(lookup.find(control, 1, RHT_PERM_RW));
    });
    table.take();
    const handle = table.take();
    table.publish(handle, 7n, RHT_PERM_RW, 1);
    // Permissions are there first: the entry is known to be none yet.
    expect(steps.splice(0)).to.deep.equal([
      { afuRc: 0x01 },
      { afuRc: 0x01 },
      { lunId: 7n, ports: 1 },
    ]);
    table.unpublish(handle);
    expect(steps).to.deep.equal([{ afuRc: 0x01 }, { afuRc: 0x01 }, { afuRc: 0x05 }]);
    table[Symbol.dispose]();
  });

  it('cxlflash rht invalid: an entry of the other format, or one that is not marked valid', () => {
    const { space, lookup, control } = make();
    const page = new Uint8Array(TABLE_BYTES);
    space.map({ iova: TABLE_BYTES, memory: page });
    page[14] = 0x03;
    page[15] = 16;
    expect(lookup.find(control, 0, RHT_PERM_READ)).to.deep.equal({ afuRc: 0x01 });
    page[14] = 0x13;
    expect(lookup.find(control, 0, RHT_PERM_READ)).to.deep.equal({ afuRc: 0x01 });
    page[8] = 0x80;
    page[14] = 0x03;
    expect(lookup.find(control, 0, RHT_PERM_READ)).to.deep.equal({ afuRc: 0x01 });
    page[14] = 0x13;
    expect(lookup.find(control, 0, RHT_PERM_READ)).to.deep.equal({ lunId: 0n, ports: 16 });
  });

  it('cxlflash rht unaligned: a table that does not begin at a multiple of 16', () => {
    const { lookup, control } = make();
    const found = lookup.find({ ...control, rhtStart: TABLE_BYTES + 8 }, 0, RHT_PERM_READ);
    expect(found).to.deep.equal({ afuRc: 0x02 });
  });

  it('cxlflash rht dma: a table that cannot be read', () => {
    const { lookup, control } = make();
    expect(lookup.find(control, 0, RHT_PERM_READ)).to.deep.equal({ afuRc: 0x04 });
    const far = { ...control, rhtStart: 0xffff_ffff_ffff_fff0n };
    expect(lookup.find(far, 255, RHT_PERM_READ)).to.deep.equal({ afuRc: 0x04 });
  });
});
