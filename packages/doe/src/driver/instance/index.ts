export { doeCapability } from './doe-capability.js';
export { doeHooks } from './doe-hooks.js';
export { MailboxRegisters } from './mailbox-registers.js';
export { capabilityName } from './register-names.js';
