export {
  FLASH_CAPABILITY_ID,
  FLASH_MODE_IOARRIN,
  FlashCapability,
  type FlashCapabilityValue,
} from './capability.js';
export {
  ATTACH_READ,
  ATTACH_WRITE,
  ContextClass,
  DiskClass,
  flashClasses,
  ResourceClass,
} from './classes.js';
export { contextCookie, contextNumber } from './cookie.js';
export { DiskInfo, DiskMode, PortInfo, type DiskInfoValue, type DiskModeCode } from './disk.js';
export { DSISR_DATA, DSISR_PROTECTION, DSISR_STORE, DSISR_UNMAPPED } from './dsisr.js';
export {
  FLASH_EVENT_LINK_UP,
  FLASH_EVENT_MERGED,
  FlashEvent,
  FlashEventKind,
  NO_LUN,
  type FlashEventCode,
  type FlashEventValue,
} from './event.js';
export { FLASH_ABI_VERSION, FLASH_CLASS_CODE, FLASH_DEVICE_ID, FLASH_VENDOR_ID } from './ids.js';
export {
  COMMAND_ROOM,
  HOST_BAR,
  HOST_STRIDE,
  MAX_INTERRUPTS,
  MAX_RESOURCES,
  MAX_TRANSFER,
  REQUEST_ALIGNMENT,
  REQUEST_BYTES,
  RESPONSE_BYTES,
  RESPONSE_WRITTEN,
  RRQ_ENTRY_BYTES,
} from './layout.js';
export { ALL_ONES, CONTEXT_RESET, HostRegister } from './registers.js';
export {
  ASC_INVALID_FIELD_IN_CDB,
  ASC_LBA_OUT_OF_RANGE,
  ASC_UNRECOVERED_READ,
  ASC_WRITE_ERROR,
  SENSE_ADDITIONAL_LENGTH,
  SENSE_ASC,
  SENSE_ASCQ,
  SENSE_FIXED_CURRENT,
  SENSE_INFORMATION,
  SENSE_KEY,
  SENSE_RESPONSE,
  SENSE_VALID_INFORMATION,
} from './sense.js';
