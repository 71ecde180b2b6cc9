export { ask } from './ask.js';
export { DoeExchanges, type DoeExchangesParts } from './doe-exchanges.js';
