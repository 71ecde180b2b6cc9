export { parseCdat, type ParsedCdat } from './parse-cdat.js';
export { readCdat, type ReadCdatOptions } from './read-cdat.js';
