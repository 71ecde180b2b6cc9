export { ask } from './ask.js';
export { DoeExchanges } from './doe-exchanges.js';
export { whenAborted, type Ending } from './ending.js';
