import { expect } from 'chai';
import { describe, it } from 'mocha';
import * as cxl from './index.js';

describe('bytes of cxl (include/uapi/misc/cxl.h)', () => {
  it('events of every type have the sizes the header gives them', () => {
    const total = [cxl.CxlEventAfuInterrupt, cxl.CxlEventDataStorage, cxl.CxlEventAfuError].map(
      ({ size }) => cxl.CxlEventHeader.size + size,
    );
    expect(total).to.deep.equal([16, 40, 24]);
  });

  it('an interrupt, header and body', () => {
    const wire = new Uint8Array(16);
    cxl.CxlEventHeader.encode(
      { type: cxl.CXL_EVENT_AFU_INTERRUPT, size: 16, process_element: 0x102 },
      wire,
    );
    cxl.CxlEventAfuInterrupt.encode({ irq: 3 }, wire, cxl.CxlEventHeader.size);
    expect([...wire]).to.deep.equal([1, 0, 16, 0, 2, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0]);
  });

  it('the ioctl numbers, which hold direction and size', () => {
    expect([
      cxl.CXL_IOCTL_START_WORK,
      cxl.CXL_IOCTL_GET_PROCESS_ELEMENT,
      cxl.CXL_IOCTL_GET_AFU_ID,
      cxl.CXL_IOCTL_DOWNLOAD_IMAGE,
      cxl.CXL_IOCTL_VALIDATE_IMAGE,
    ]).to.deep.equal([0x4040_ca00, 0x8004_ca01, 0x8040_ca02, 0x4040_ca0a, 0x4040_ca0b]);
  });

  it('a number of interrupts is signed, so that -1 can be refused', () => {
    const wire = new Uint8Array(64).fill(0xff, 24, 26);
    expect(cxl.CxlIoctlStartWork.decode(wire)).to.include({ num_interrupts: -1, tid: 0 });
  });

  it('the flags of starting work are all there are', () => {
    const flags = [
      cxl.CXL_START_WORK_AMR,
      cxl.CXL_START_WORK_NUM_IRQS,
      cxl.CXL_START_WORK_ERR_FF,
      cxl.CXL_START_WORK_TID,
    ];
    expect(flags.reduce((all, flag) => all | flag, 0n)).to.equal(cxl.CXL_START_WORK_ALL);
  });

  it('versions: the oldest compatible one is not above the served one (drivers/misc/cxl/cxl.h)', () => {
    expect([cxl.CXL_API_VERSION_COMPATIBLE, cxl.CXL_API_VERSION]).to.deep.equal([1, 3]);
  });
});
