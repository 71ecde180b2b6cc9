import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ObjectSchema } from '@mdevkit/core';
import { SislHostMap, SislIoarcb, SislIoasa, SislRhtEntryF1 } from '@mdevkit/uapi';
import {
  contextCookie,
  ContextClass,
  contextNumber,
  DiskInfo,
  flashClasses,
  FlashCapability,
  FlashEvent,
  HostRegister,
  MAX_RESOURCES,
  PortInfo,
  REQUEST_BYTES,
  RESPONSE_BYTES,
} from './index.js';

describe('what driver and library agree on (drivers/scsi/cxlflash/sislite.h)', () => {
  it('sizes of structures, as other languages see them', () => {
    const sizes = [FlashCapability, FlashEvent, DiskInfo, PortInfo].map(({ size }) => size);
    expect(sizes).to.deep.equal([32, 32, 40, 16]);
    expect([REQUEST_BYTES, RESPONSE_BYTES]).to.deep.equal([SislIoarcb.size, SislIoasa.size]);
    expect(SislRhtEntryF1.size * MAX_RESOURCES).to.equal(4096);
  });

  it('offsets of registers', () => {
    expect(Object.values(HostRegister)).to.deep.equal([
      0x00, 0x08, 0x10, 0x18, 0x20, 0x28, 0x30, 0x38, 0x40, 0x48,
    ]);
    expect(SislHostMap.size).to.equal(0x78);
  });

  it('a context id is a nonce above a number', () => {
    const cookie = contextCookie(511, 0xffff_ffff);
    expect(cookie).to.equal(0xffff_ffff_0000_01ffn);
    expect(contextNumber(cookie)).to.equal(511);
  });

  it('its classes are a schema', () => {
    const schema = ObjectSchema.build('cxlflash', flashClasses);
    expect(schema.driverName).to.equal('cxlflash');
    expect(ContextClass.kind).to.equal('fd');
  });
});
