export { CdatFeature } from './cdat-feature.js';
export {
  cdatOfMemory,
  type DeclaredMemory,
  type MemoryDeclaration,
  type ReadWrite,
} from './cdat-of-memory.js';
export { cdatTable, type CdatDeclaration, type CdatTable } from './cdat-table.js';
