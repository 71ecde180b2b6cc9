export { MigrationData, type PrecopyInfo } from './migration-data.js';
export { MigrationMachine } from './migration-machine.js';
export type { MigrationModel, MigrationSink, MigrationSource } from './migration-model.js';
export { isSupportedState, nextHop, type MigrationAbilities } from './next-hop.js';
