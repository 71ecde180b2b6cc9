export * from './event-type.js';
export * from './completion-status.js';
export * from './completion-flags.js';
export * from './send-flags.js';
export * from './queue-pair-state.js';
export * from './key-budget.js';
