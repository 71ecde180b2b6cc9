export * from './cdat/index.js';
export { cmaText, type CmaName } from './cma/index.js';
export * from './compliance/index.js';
export * from './control/index.js';
export * from './object/index.js';
export { spdmVersions, type MeasurementBlock, type SpdmVersion } from './spdm/index.js';
