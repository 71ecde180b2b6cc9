export type { CommandTableOptions, IoFdEntryBytes } from './commands/index.js';
export type { ClientInfo, MemoryPolicy } from './context.js';
export type { ServedDevice, ServerOptions } from './options.js';
export type { PollingOptions } from './polling.js';
export { VfioUserServer } from './server.js';
export type { SessionCounters, SessionInfo } from './session-info.js';
export type { DisconnectReason, Step } from './step.js';
