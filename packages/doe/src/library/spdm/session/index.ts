export { shakeHands, type Handshake, type HandshakeServices } from './handshake.js';
export type { KeyUpdateScope } from './key-update.js';
export { SpdmSession, type SessionServices } from './session.js';
