export { Fabric, SoftFabric } from './fabric.js';
export type { VerbsCapabilities, VerbsOptions } from './options.js';
export { VerbsDevice } from './verbs-device.js';
export { verbsDriver } from './verbs-driver.js';
