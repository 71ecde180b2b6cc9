export * from './header.js';
export { payloadOf, versionPayload } from './payload.js';
