export { initramfs, type InitramfsContents } from './initramfs.js';
