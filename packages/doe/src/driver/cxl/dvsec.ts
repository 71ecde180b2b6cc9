import { dvsec, type ExtendedCapability } from '@mdevkit/pci';
import {
  CXL_DVSEC_CAP_OFFSET,
  CXL_DVSEC_CTRL_OFFSET,
  CXL_DVSEC_IO_CAPABLE,
  CXL_DVSEC_IO_ENABLE,
  CXL_DVSEC_MEM_ACTIVE,
  CXL_DVSEC_MEM_CAPABLE,
  CXL_DVSEC_MEM_ENABLE,
  CXL_DVSEC_MEM_HWINIT_MODE,
  CXL_DVSEC_MEM_INFO_VALID,
  CXL_DVSEC_MEM_SIZE_LOW_MASK,
  CXL_DVSEC_MEM_TYPE_CDAT,
  CXL_DVSEC_PCIE_DEVICE,
  CXL_DVSEC_PCIE_DEVICE_LENGTH,
  CXL_DVSEC_PCIE_DEVICE_REVISION,
  CXL_DVSEC_RANGE_BASE_HIGH_OFFSET,
  CXL_DVSEC_RANGE_BASE_LOW_OFFSET,
  CXL_DVSEC_RANGE_SIZE_HIGH_OFFSET,
  CXL_DVSEC_RANGE_SIZE_LOW_OFFSET,
  CXL_DVSEC_RANGE_STRIDE,
  CXL_DVSEC_REG_LOCATOR,
  CXL_DVSEC_REG_LOCATOR_BLOCK1_OFFSET,
  CXL_DVSEC_REG_LOCATOR_REVISION,
  CXL_REGLOC_RBI_COMPONENT,
  CXL_REGLOC_RBI_MEMDEV,
  PCI_VENDOR_ID_CXL,
} from '@mdevkit/uapi';

/** Which BAR holds the component registers, and which the device registers. */
export const COMPONENT_BAR = 0;
export const DEVICE_BAR = 2;

const WORD = 2 ** 32;
const blockSize = 8;

/** What lies behind the 10 bytes of header, addressed from the start of the capability. */
class Payload {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(length: number) {
    this.bytes = new Uint8Array(length - CXL_DVSEC_CAP_OFFSET);
    this.#view = new DataView(this.bytes.buffer);
  }

  set16(offset: number, value: number): void {
    this.#view.setUint16(offset - CXL_DVSEC_CAP_OFFSET, value, true);
  }

  set32(offset: number, value: number): void {
    this.#view.setUint32(offset - CXL_DVSEC_CAP_OFFSET, value, true);
  }
}

/**
 * What a device is, and how much memory it has: one range for each size, two at most. Its memory is there from the start.
 *
 * Source: CXL 3.1, section 8.1.3; Linux drivers/cxl/core/pci.c, cxl_dvsec_rr_decode.
 */
export function deviceDvsec(sizes: readonly number[]): ExtendedCapability {
  const payload = new Payload(CXL_DVSEC_PCIE_DEVICE_LENGTH);
  const writable = new Payload(CXL_DVSEC_PCIE_DEVICE_LENGTH);
  payload.set16(
    CXL_DVSEC_CAP_OFFSET,
    CXL_DVSEC_IO_CAPABLE | CXL_DVSEC_MEM_CAPABLE | CXL_DVSEC_MEM_HWINIT_MODE | (sizes.length << 4),
  );
  payload.set16(CXL_DVSEC_CTRL_OFFSET, CXL_DVSEC_IO_ENABLE);
  writable.set16(CXL_DVSEC_CTRL_OFFSET, CXL_DVSEC_MEM_ENABLE);
  const flags =
    CXL_DVSEC_MEM_INFO_VALID |
    CXL_DVSEC_MEM_ACTIVE |
    (CXL_DVSEC_MEM_TYPE_CDAT << 2) |
    (CXL_DVSEC_MEM_TYPE_CDAT << 5);
  sizes.forEach((size, index) => {
    const at = index * CXL_DVSEC_RANGE_STRIDE;
    payload.set32(CXL_DVSEC_RANGE_SIZE_HIGH_OFFSET + at, Math.floor(size / WORD));
    payload.set32(CXL_DVSEC_RANGE_SIZE_LOW_OFFSET + at, (size % WORD) + flags);
    writable.set32(CXL_DVSEC_RANGE_BASE_HIGH_OFFSET + at, 0xffff_ffff);
    writable.set32(CXL_DVSEC_RANGE_BASE_LOW_OFFSET + at, CXL_DVSEC_MEM_SIZE_LOW_MASK);
  });
  return dvsec({
    vendor: PCI_VENDOR_ID_CXL,
    revision: CXL_DVSEC_PCIE_DEVICE_REVISION,
    id: CXL_DVSEC_PCIE_DEVICE,
    payload: payload.bytes,
    writable: writable.bytes,
    name: 'cxl-device',
  });
}

/**
 * Where the blocks of registers are: each at the start of its BAR.
 *
 * Source: CXL 3.1, section 8.1.9; Linux drivers/cxl/core/regs.c, cxl_decode_regblock.
 */
export function registerLocator(): ExtendedCapability {
  const blocks = [
    (CXL_REGLOC_RBI_COMPONENT << 8) | COMPONENT_BAR,
    (CXL_REGLOC_RBI_MEMDEV << 8) | DEVICE_BAR,
  ];
  const payload = new Payload(CXL_DVSEC_REG_LOCATOR_BLOCK1_OFFSET + blocks.length * blockSize + 8);
  blocks.forEach((block, index) => {
    payload.set32(CXL_DVSEC_REG_LOCATOR_BLOCK1_OFFSET + index * blockSize, block);
  });
  return dvsec({
    vendor: PCI_VENDOR_ID_CXL,
    revision: CXL_DVSEC_REG_LOCATOR_REVISION,
    id: CXL_DVSEC_REG_LOCATOR,
    payload: payload.bytes,
    name: 'cxl-register-locator',
  });
}
