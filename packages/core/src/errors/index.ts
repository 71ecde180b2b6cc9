export { coreReasons, failure, type CoreReason } from './catalogue.js';
export { MdevError, type ErrorDetails, type MdevErrorJson, type ReasonRow } from './mdev-error.js';
export { defineReasons, type ErrorFactory } from './define-reasons.js';
