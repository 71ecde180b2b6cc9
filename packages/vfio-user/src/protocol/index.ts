export {
  COMMANDS,
  SCM_MAX_FD,
  commandName,
  commandOf,
  type Command,
  type Direction,
} from './commands.js';
export {
  DEFAULT_CAPABILITIES,
  withDefaults,
  type Capabilities,
  type MigrationCapability,
  type StatedCapabilities,
} from './capabilities.js';
export {
  MAX_VERSION_DATA,
  VERSION_MAJOR,
  VERSION_MINOR,
  buildVersion,
  parseVersion,
  type ReceivedVersion,
  type Version,
} from './version.js';
export { acceptReply, negotiate, type Accepted, type Negotiated } from './negotiate.js';
export { MAX_REPLY_JSON, QEMU_MAX_MSG_FDS } from './reply-size.js';
export {
  CONTROL_CALL,
  CONTROL_CLOSE,
  CONTROL_COMMAND,
  CONTROL_HEAD,
  CONTROL_OPEN,
  CONTROL_VERSION,
} from './private.js';
export {
  mayAnswerError,
  recogniseClient,
  type ClientKind,
  type ClientProfile,
  type Quirks,
} from './quirks.js';
export {
  DEFAULT_LIMITS,
  maxMessageSize,
  offerOf,
  serverLimits,
  type ServerLimits,
} from './limits.js';
