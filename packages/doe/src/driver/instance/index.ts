export { doeCapability } from './doe-capability.js';
export { doeHooks } from './doe-hooks.js';
export { DoeMailbox } from './doe-mailbox.js';
export { capabilityName } from './register-names.js';
