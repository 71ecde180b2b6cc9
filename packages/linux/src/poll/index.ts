export { Patience, type PatienceDefaults, type PatienceOptions } from './patience.js';
export { reportLater } from './report-later.js';
export { waitFor } from './wait-for.js';
export { endWatchOf, watch, type Watch, type WatchCallback, type WatchInterest } from './watch.js';
