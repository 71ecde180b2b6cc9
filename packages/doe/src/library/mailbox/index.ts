export { DoeMailbox, type DoeMailboxOptions } from './doe-mailbox.js';
export type { DoeObjectExchange } from './object-exchange.js';
export { findMailbox, openDoe, type FailedMailbox, type OpenedDoe } from './open-doe.js';
export type { DoeTransport, ExchangeOptions } from './transport.js';
