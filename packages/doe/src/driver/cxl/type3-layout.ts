import {
  deviceSerialNumber,
  msix,
  pcieEndpoint,
  pciLayout,
  type PciFunctionLayout,
} from '@mdevkit/pci';
import { CXL_COMPONENT_REG_BLOCK_SIZE, CXL_MEMORY_CLASS } from '@mdevkit/uapi';
import { doeCapability } from '../instance/index.js';
import { COMPONENT_BAR, DEVICE_BAR, deviceDvsec, registerLocator } from './dvsec.js';
import { capacityOf, CXL_DOE_AT, type CxlType3Options } from './type3-options.js';

/** Bytes of the BAR with the device registers. */
const DEVICE_BAR_SIZE = 0x1000;

const MSIX_BAR = 4;
const MSIX_BAR_SIZE = 0x1000;
const MSIX_PBA = 0x800;
const MOST_VECTORS = 16;

const VENDOR_ID = 0x1af4;
const DEVICE_ID = 0x10f1;

/**
 * Config space and BARs of a CXL memory device (type 3): serial number, DVSEC for CXL devices, register locator, DOE
 * Capabilities. Made once for all devices of the same options.
 *
 * Source: CXL 3.1, sections 8.1.3, 8.1.9 and 8.1.12.1 (class code); Linux drivers/cxl/pci.c, cxl_mem_pci_tbl.
 *
 * @throws RangeError for options that cannot be
 */
export function cxlType3Layout(options: CxlType3Options): PciFunctionLayout {
  const { vectors = 0, instances = [] } = options;
  if (!Number.isInteger(vectors) || vectors < 0 || vectors > MOST_VECTORS) {
    throw new RangeError(`a CXL memory device has 0 to ${MOST_VECTORS} vectors, not ${vectors}`);
  }
  const capacity = capacityOf(options.ranges);
  return pciLayout({
    vendorId: options.vendorId ?? VENDOR_ID,
    deviceId: options.deviceId ?? DEVICE_ID,
    classCode: CXL_MEMORY_CLASS,
    bars: {
      [COMPONENT_BAR]: {
        size: CXL_COMPONENT_REG_BLOCK_SIZE,
        kind: 'memory64',
        name: 'component',
      },
      [DEVICE_BAR]: { size: DEVICE_BAR_SIZE, kind: 'memory64', name: 'device' },
      ...(vectors === 0 ? {} : { [MSIX_BAR]: { size: MSIX_BAR_SIZE, name: 'msix' } }),
    },
    capabilities: [
      pcieEndpoint(),
      ...(vectors === 0
        ? []
        : [
            msix({
              vectors,
              table: { bar: MSIX_BAR, offset: 0 },
              pba: { bar: MSIX_BAR, offset: MSIX_PBA },
            }),
          ]),
      deviceSerialNumber(options.serial ?? 0n),
      deviceDvsec([capacity.volatile, capacity.persistent].filter((size) => size > 0)),
      registerLocator(),
      doeCapability(vectors === 0 ? { at: CXL_DOE_AT } : { at: CXL_DOE_AT, message: 0 }),
      ...instances.map(doeCapability),
    ],
  });
}
