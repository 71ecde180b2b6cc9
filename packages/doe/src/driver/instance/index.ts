export { doeCapability } from './doe-capability.js';
export { doeHooks } from './doe-hooks.js';
export { DoeMailbox, type DoeState } from './doe-mailbox.js';
export type { DoeMailboxServices } from './mailbox-services.js';
export { capabilityName } from './register-names.js';
