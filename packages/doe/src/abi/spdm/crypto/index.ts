export { generateDhe, type Dhe } from './dhe.js';
export { hmac } from './hkdf.js';
export { keyFits } from './key-fits.js';
export {
  applicationSecrets,
  handshakeSecrets,
  updatedSecret,
  wipeSecrets,
  type ApplicationSecrets,
  type DirectionKeys,
  type HandshakeSecrets,
  type UpdatedSecret,
} from './key-schedule.js';
export { signTranscript, verifyTranscript, type SignatureUse } from './sign.js';
export { hashOf, Transcript } from './transcript.js';
