export type { CxlCommand } from './cxl-command.js';
export { CxlMailbox } from './cxl-mailbox.js';
export { eventCommands } from './event-commands.js';
export { identifyCommand } from './identify-command.js';
export { logCommands } from './log-commands.js';
export { poisonCommands } from './poison-commands.js';
export { timestampCommands } from './timestamp-commands.js';
