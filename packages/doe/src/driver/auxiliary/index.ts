export { AuxiliaryBus } from './auxiliary-bus.js';
export { type AuxiliaryParent } from './auxiliary-child.js';
export type { DoeAuxiliaryDevice, DoeAuxiliaryDriver } from './auxiliary-driver.js';
