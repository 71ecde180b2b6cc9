export { Disk, type DiskSpec } from './disk.js';
export { FlashParent, type FlashParentOptions, type ParentListener } from './flash-parent.js';
export { Ports } from './ports.js';
