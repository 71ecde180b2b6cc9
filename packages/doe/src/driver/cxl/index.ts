export type { ComponentRegister } from './component-registers.js';
export { CxlMemoryDevice, type CxlMemoryServices } from './cxl-memory-device.js';
export { HdmDecoder, type HdmWindow } from './hdm-decoder.js';
export { CxlMailbox, type CxlCommand } from './mailbox/index.js';
export { cxlType3Layout } from './type3-layout.js';
export { CXL_DOE_AT, type CxlType3Options } from './type3-options.js';
export { CxlType3Registers, type CxlType3Parts } from './type3-registers.js';
