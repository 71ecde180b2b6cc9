export { serveSpdmEmu, type SpdmEmuBridge, type SpdmEmuOptions } from './serve-spdm-emu.js';
