export { decodeCmaAltNames, encodeCmaAltName } from './alt-name.js';
export { CMA_NAME_OID, cmaText, type CmaName } from './cma-name.js';
