export type { ClientCall, ClientCallKind } from './client-call.js';
export type { InterposedMdev, Interposer, Interposition } from './interposer.js';
export { Interpositions, type InterposedServices } from './interpositions.js';
export type { Tap } from './tap.js';
