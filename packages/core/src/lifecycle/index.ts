export { toDisposable } from './disposable.js';
export { DisposableStore } from './disposable-store.js';
export { settleAll, takeDown, unlessGone } from './take-down.js';
export { disposableMade, disposableReleased, trackDisposable, trackReleased } from './tracking.js';
