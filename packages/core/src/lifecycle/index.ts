export { toDisposable } from './disposable.js';
export { DisposableStore } from './disposable-store.js';
export { disposableMade, disposableReleased, trackDisposable, trackReleased } from './tracking.js';
