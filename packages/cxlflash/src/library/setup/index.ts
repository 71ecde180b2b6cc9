export { bringUp } from './bring-up.js';
export { readCapability } from './capability.js';
export { HostWindow, registerBytes, type RegisterAccess } from './host-window.js';
export { resetContext } from './reset-context.js';
