export { boot, type GuestOptions } from './boot.js';
export { GuestError } from './guest-error.js';
export { Guest } from './guest.js';
export { type CommandResult } from './markers.js';
export { bindVfioPci, pciAddresses } from './pci.js';
