export type { IoFdEntryBytes } from './io-fds.js';
export { MigrationTransfer } from './migration-transfer.js';
export { replyInsteadOfError } from './reply-instead-of-error.js';
export { commandTable, type CommandTableOptions } from './table.js';
