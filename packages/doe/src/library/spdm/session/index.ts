export { shakeHands } from './handshake.js';
export type { KeyUpdateScope } from './key-update.js';
export { SpdmSession } from './session.js';
