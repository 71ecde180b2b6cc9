import { bytes, overlay, struct, u16, u32, u64, u8 } from '../../codec/index.js';

/**
 * Requests to the AFU.
 *
 * Source: `drivers/scsi/cxlflash/sislite.h`.
 */

/**
 * Values of `req_flags` in {@link SislIoarcb}: a resource is named by its handle, or by port and
 * LUN; a short transfer is no error; the unit of `timeout`; a task management function; a command
 * for the AFU itself; the data go from the host to the device, or to the host.
 */
export const SISL_REQ_FLAGS_RES_HNDL = 0x8000;
export const SISL_REQ_FLAGS_PORT_LUN_ID = 0x0000;
export const SISL_REQ_FLAGS_SUP_UNDERRUN = 0x4000;
export const SISL_REQ_FLAGS_TIMEOUT_SECS = 0x0000;
export const SISL_REQ_FLAGS_TIMEOUT_MSECS = 0x0040;
export const SISL_REQ_FLAGS_TIMEOUT_USECS = 0x0080;
export const SISL_REQ_FLAGS_TIMEOUT_CYCLES = 0x00c0;
export const SISL_REQ_FLAGS_TMF_CMD = 0x0004;
export const SISL_REQ_FLAGS_AFU_CMD = 0x0002;
export const SISL_REQ_FLAGS_HOST_WRITE = 0x0001;
export const SISL_REQ_FLAGS_HOST_READ = 0x0000;

/**
 * Values of `msi` in {@link SislIoarcb}, the interrupt to raise on completion; 0 is taken by page
 * faults, the others are what the header recommends them for.
 */
export const SISL_MSI_CXL_PFAULT = 0;
export const SISL_MSI_SYNC_ERROR = 1;
export const SISL_MSI_RRQ_UPDATED = 2;
export const SISL_MSI_ASYNC_ERROR = 3;

/**
 * A request, at an address that is a multiple of 16, in the byte order of the host but for the
 * `cdb`, which is big-endian. `res_hndl` is a mask of ports when no handle is used; `data_ea` is
 * the address of `data_len` bytes, a multiple of 16; `ioasa` is the address of the response when
 * requests come through a submission queue, 0 otherwise: then it follows the request.
 */
export const SislIoarcb = struct('sisl_ioarcb', {
  ctx_id: u16(0),
  req_flags: u16(2),
  res_hndl: u32(4),
  port_sel: overlay(u32(4)),
  lun_id: u64(8),
  data_len: u32(16),
  ioadl_len: u32(20),
  data_ea: u64(24),
  ioadl_ea: overlay(u64(24)),
  msi: u8(32),
  rrq: u8(33),
  timeout: u16(34),
  rsvd1: u32(36),
  cdb: bytes(40, 16),
  reserved: u64(56),
  ioasa: overlay(u64(56)),
});
