import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { AnyStruct } from '../codec/index.js';
import { isStruct } from '../codec/index.js';
import * as vfioUser from './index.js';

type Row = readonly [name: string, offset: number, size: number];

/** Offsets and sizes as the specification's tables have them, 0 for "variable". */
const TABLES: readonly (readonly [
  section: string,
  AnyStruct,
  size: number,
  rows: readonly Row[],
])[] = [
  [
    'Header',
    vfioUser.VfioUserHeader,
    16,
    [
      ['msg_id', 0, 2],
      ['cmd', 2, 2],
      ['msg_size', 4, 4],
      ['flags', 8, 4],
      ['error_no', 12, 4],
    ],
  ],
  [
    'VFIO_USER_VERSION',
    vfioUser.VfioUserVersion,
    4,
    [
      ['major', 0, 2],
      ['minor', 2, 2],
      ['data', 4, 0],
    ],
  ],
  [
    'VFIO_USER_DMA_MAP',
    vfioUser.VfioUserDmaMap,
    32,
    [
      ['argsz', 0, 4],
      ['flags', 4, 4],
      ['offset', 8, 8],
      ['addr', 16, 8],
      ['size', 24, 8],
    ],
  ],
  [
    'VFIO_USER_DMA_UNMAP',
    vfioUser.VfioUserDmaUnmap,
    24,
    [
      ['argsz', 0, 4],
      ['flags', 4, 4],
      ['addr', 8, 8],
      ['size', 16, 8],
    ],
  ],
  [
    'libvfio-user, struct vfio_user_bitmap',
    vfioUser.VfioUserBitmap,
    16,
    [
      ['pgsize', 0, 8],
      ['size', 8, 8],
      ['data', 16, 0],
    ],
  ],
  [
    'VFIO_USER_DEVICE_GET_INFO',
    vfioUser.VfioUserDeviceInfo,
    16,
    [
      ['argsz', 0, 4],
      ['flags', 4, 4],
      ['num_regions', 8, 4],
      ['num_irqs', 12, 4],
    ],
  ],
  [
    'VFIO_USER_DEVICE_GET_REGION_IO_FDS',
    vfioUser.VfioUserRegionIoFds,
    16,
    [
      ['argsz', 0, 4],
      ['flags', 4, 4],
      ['index', 8, 4],
      ['count', 12, 4],
    ],
  ],
  [
    'Sub-Region IO FD info format (ioeventfd)',
    vfioUser.VfioUserSubRegionIoeventfd,
    40,
    [
      ['offset', 0, 8],
      ['size', 8, 8],
      ['fd_index', 16, 4],
      ['type', 20, 4],
      ['flags', 24, 4],
      ['padding', 28, 4],
      ['datamatch', 32, 8],
    ],
  ],
  [
    'Sub-Region IO FD info format (ioregionfd)',
    vfioUser.VfioUserSubRegionIoregionfd,
    40,
    [
      ['offset', 0, 8],
      ['size', 8, 8],
      ['fd_index', 16, 4],
      ['type', 20, 4],
      ['flags', 24, 4],
      ['padding', 28, 4],
      ['user_data', 32, 8],
    ],
  ],
  [
    'libvfio-user, struct vfio_user_sub_region_ioeventfd',
    vfioUser.VfioUserSubRegionIoeventfdShadow,
    48,
    [
      ['offset', 0, 8],
      ['size', 8, 8],
      ['fd_index', 16, 4],
      ['type', 20, 4],
      ['flags', 24, 4],
      ['shadow_mem_fd_index', 28, 4],
      ['shadow_offset', 32, 8],
      ['datamatch', 40, 8],
    ],
  ],
  [
    'VFIO_USER_REGION_READ, VFIO_USER_REGION_WRITE',
    vfioUser.VfioUserRegionAccess,
    16,
    [
      ['offset', 0, 8],
      ['region', 8, 4],
      ['count', 12, 4],
      ['data', 16, 0],
    ],
  ],
  [
    'Single Device Write Format',
    vfioUser.VfioUserRegionWriteOne,
    24,
    [
      ['offset', 0, 8],
      ['region', 8, 4],
      ['count', 12, 4],
      ['data', 16, 8],
    ],
  ],
  [
    'VFIO_USER_REGION_WRITE_MULTI',
    vfioUser.VfioUserRegionWriteMulti,
    8,
    [
      ['wr_cnt', 0, 8],
      ['wrs', 8, 0],
    ],
  ],
  [
    'VFIO_USER_DMA_READ, VFIO_USER_DMA_WRITE',
    vfioUser.VfioUserDmaRegionAccess,
    16,
    [
      ['addr', 0, 8],
      ['count', 8, 8],
      ['data', 16, 0],
    ],
  ],
  [
    'VFIO_DEVICE_FEATURE_DMA_LOGGING_START',
    vfioUser.VfioUserDeviceFeatureDmaLoggingControl,
    16,
    [
      ['page_size', 0, 8],
      ['num_ranges', 8, 4],
      ['reserved', 12, 4],
      ['ranges', 16, 0],
    ],
  ],
  [
    'VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT',
    vfioUser.VfioUserDeviceFeatureDmaLoggingReport,
    24,
    [
      ['iova', 0, 8],
      ['length', 8, 8],
      ['page_size', 16, 8],
      ['bitmap', 24, 0],
    ],
  ],
  [
    'VFIO_USER_MIG_DATA_READ, VFIO_USER_MIG_DATA_WRITE',
    vfioUser.VfioUserMigData,
    8,
    [
      ['argsz', 0, 4],
      ['size', 4, 4],
      ['data', 8, 0],
    ],
  ],
];

describe('the layouts of vfio-user', () => {
  for (const [section, struct, size, rows] of TABLES) {
    it(`struct ${struct.name} is the table (docs/interop/vfio-user.rst, ${section})`, () => {
      expect(struct.size).to.equal(size);
      const declared = struct.document().map((row) => [row.name, row.offset, row.size]);
      expect(declared).to.deep.equal(rows);
    });
  }

  it('are all compared (own rule)', () => {
    const compared = new Set(TABLES.map(([, struct]) => struct));
    const missing = Object.values<unknown>(vfioUser)
      .filter(isStruct)
      .filter((one) => !compared.has(one));
    expect(missing.map(({ name }) => name)).to.deep.equal([]);
  });
});
