import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  VfioDeviceFeature,
  VfioDeviceFeatureMigState,
  VfioIrqInfo,
  VfioIrqSet,
  VfioRegionInfo,
  VfioRegionInfoCapSparseMmap,
} from '../linux/vfio/index.js';
import * as vfioUser from './index.js';

/** Bytes of a dump: pairs of hexadecimal digits, blanks as one likes. */
function bytes(dump: string): Uint8Array {
  return Uint8Array.from(dump.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe('bytes of vfio-user messages, written down from docs/interop/vfio-user.rst', () => {
  it('header of a posted REGION_WRITE of 4 bytes (section Header)', () => {
    const dump = bytes('34 12  0a 00  24 00 00 00  10 00 00 00  00 00 00 00');
    const header = {
      msg_id: 0x1234,
      cmd: vfioUser.VFIO_USER_REGION_WRITE,
      msg_size: 16 + 16 + 4,
      flags: vfioUser.VFIO_USER_TYPE_COMMAND | vfioUser.VFIO_USER_NO_REPLY,
      error_no: 0,
    };
    expect(vfioUser.VfioUserHeader.encode(header)).to.deep.equal(dump);
    expect(vfioUser.VfioUserHeader.decode(dump)).to.deep.equal(header);
  });

  it('header of an error reply (section Header)', () => {
    const dump = bytes('01 00  03 00  10 00 00 00  21 00 00 00  02 00 00 00');
    const header = vfioUser.VfioUserHeader.decode(dump);
    expect(header.flags & vfioUser.VFIO_USER_TYPE_MASK).to.equal(vfioUser.VFIO_USER_TYPE_REPLY);
    expect(header.flags & vfioUser.VFIO_USER_ERROR).to.equal(vfioUser.VFIO_USER_ERROR);
    expect(header.flags & vfioUser.VFIO_USER_NO_REPLY).to.equal(0);
    expect(header).to.deep.include({ cmd: vfioUser.VFIO_USER_DMA_UNMAP, error_no: 2 });
  });

  it('version 0.1 with empty data (section VFIO_USER_VERSION)', () => {
    const dump = bytes('00 00  01 00  7b 7d 00');
    expect(vfioUser.VfioUserVersion.decode(dump)).to.deep.equal({
      major: 0,
      minor: 1,
      data: [0x7b, 0x7d, 0],
    });
  });

  it('a map of 4 GiB at 1 MiB, by mmap(2) (section VFIO_USER_DMA_MAP)', () => {
    const dump = bytes(`20 00 00 00  07 00 00 00  00 00 10 00 00 00 00 00
                        00 00 10 00 00 00 00 00  00 00 00 00 01 00 00 00`);
    const map = {
      argsz: 32,
      flags:
        vfioUser.VFIO_USER_F_DMA_REGION_READ |
        vfioUser.VFIO_USER_F_DMA_REGION_WRITE |
        vfioUser.VFIO_USER_F_DMA_REGION_ACCESS_MMAP,
      offset: 0x10_0000n,
      addr: 0x10_0000n,
      size: 0x1_0000_0000n,
    };
    expect(vfioUser.VfioUserDmaMap.encode(map)).to.deep.equal(dump);
    expect(vfioUser.VfioUserDmaMap.decode(dump)).to.deep.equal(map);
    expect(vfioUser.VFIO_USER_F_DMA_REGION_ACCESS_FILE_IO).to.equal(8);
  });

  it('an unmap up to the last address (section VFIO_USER_DMA_UNMAP)', () => {
    const dump = bytes(
      '18 00 00 00  00 00 00 00  00 f0 ff ff ff ff ff ff  00 10 00 00 00 00 00 00',
    );
    const unmap = { argsz: 24, flags: 0, addr: 2n ** 64n - 0x1000n, size: 0x1000n };
    expect(vfioUser.VfioUserDmaUnmap.encode(unmap)).to.deep.equal(dump);
    expect(vfioUser.VfioUserDmaUnmap.decode(dump)).to.deep.equal(unmap);
  });

  it('a read of 2 bytes of the configuration space (section VFIO_USER_REGION_READ)', () => {
    const dump = bytes('3d 00 00 00 00 00 00 00  07 00 00 00  02 00 00 00  01 ff');
    const access = { offset: 0x3d, region: 7, count: 2, data: [1, 0xff] };
    expect(vfioUser.VfioUserRegionAccess.encode(access)).to.deep.equal(dump);
    expect(vfioUser.VfioUserRegionAccess.decode(dump)).to.deep.equal(access);
  });

  it('a DMA write: the count has 8 bytes and data begin at 16 (section VFIO_USER_DMA_WRITE)', () => {
    const dump = bytes('00 00 00 00 00 00 00 80  02 00 00 00 00 00 00 00  aa bb');
    const access = { addr: 2n ** 63n, count: 2, data: [0xaa, 0xbb] };
    expect(vfioUser.VfioUserDmaRegionAccess.encode(access)).to.deep.equal(dump);
    expect(vfioUser.VfioUserDmaRegionAccess.decode(dump)).to.deep.equal(access);
  });

  it('two writes in one message (section VFIO_USER_REGION_WRITE_MULTI)', () => {
    const dump = bytes(`02 00 00 00 00 00 00 00
      10 00 00 00 00 00 00 00  00 00 00 00  04 00 00 00  01 02 03 04 00 00 00 00
      18 00 00 00 00 00 00 00  02 00 00 00  08 00 00 00  ff ff ff ff ff ff ff ff`);
    const multi = {
      wr_cnt: 2,
      wrs: [
        { offset: 0x10, region: 0, count: 4, data: bytes('01 02 03 04 00 00 00 00') },
        { offset: 0x18, region: 2, count: 8, data: new Uint8Array(8).fill(0xff) },
      ],
    };
    expect(vfioUser.VfioUserRegionWriteMulti.encode(multi)).to.deep.equal(dump);
    expect(vfioUser.VfioUserRegionWriteMulti.decode(dump)).to.deep.equal(multi);
  });

  it('an eventfd of a doorbell (section VFIO_USER_DEVICE_GET_REGION_IO_FDS)', () => {
    const dump = bytes(`00 10 00 00 00 00 00 00  04 00 00 00 00 00 00 00
      01 00 00 00  00 00 00 00  01 00 00 00  00 00 00 00  07 00 00 00 00 00 00 00`);
    const entry = { offset: 0x1000n, size: 4n, fd_index: 1, type: 0, flags: 1, datamatch: 7n };
    expect(vfioUser.VfioUserSubRegionIoeventfd.encode(entry)).to.deep.equal(dump);
    expect(vfioUser.VfioUserSubRegionIoeventfd.decode(dump)).to.deep.equal(entry);
  });

  it('a report of 65 pages (section VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT)', () => {
    const dump = bytes(`00 00 01 00 00 00 00 00  00 10 04 00 00 00 00 00  00 10 00 00 00 00 00 00
      01 00 00 00 00 00 00 80  01 00 00 00 00 00 00 00`);
    const report = vfioUser.VfioUserDeviceFeatureDmaLoggingReport.decode(dump);
    expect(report).to.deep.equal({
      iova: 0x1_0000n,
      length: 65n * 0x1000n,
      page_size: 0x1000n,
      bitmap: [1n | (1n << 63n), 1n],
    });
  });
});

describe('structs of the kernel that serve vfio-user (docs/interop/vfio-user.rst)', () => {
  it('region info is 32 bytes, a sparse capability of 2 areas 48 (VFIO_USER_DEVICE_GET_REGION_INFO)', () => {
    expect(VfioRegionInfo.size).to.equal(32);
    expect(VfioRegionInfoCapSparseMmap.encode({ areas: [{}, {}] }).length).to.equal(48);
  });

  it('interrupt info is 16 bytes, the fixed part of SET_IRQS 20 (VFIO_USER_DEVICE_SET_IRQS)', () => {
    expect([VfioIrqInfo.size, VfioIrqSet.size]).to.deep.equal([16, 20]);
  });

  it('a feature has 8 bytes and then its data (VFIO_USER_DEVICE_FEATURE)', () => {
    expect([VfioDeviceFeature.size, VfioDeviceFeatureMigState.size]).to.deep.equal([8, 8]);
  });
});

describe('a 64-bit field beyond 2^53 (own rule: regions and transfers are smaller)', () => {
  it('cannot be read as a number', () => {
    const huge = bytes('00 00 00 00 00 00 20 00  00 00 00 00  00 00 00 00');
    expect(() => vfioUser.VfioUserRegionAccess.decode(huge)).to.throw(RangeError, 'offset');
    expect(() => vfioUser.VfioUserRegionWriteMulti.decode(huge)).to.throw(RangeError, 'wr_cnt');
  });
});
