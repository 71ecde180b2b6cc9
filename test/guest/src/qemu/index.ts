export { type Accelerator, type MachineOptions } from './command-line.js';
export {
  cxlHost,
  cxlMachine,
  eduDevice,
  intelIommu,
  rootPorts,
  vfioUserDevice,
  type DeviceOptions,
  type DevicePlace,
} from './devices.js';
export { type Json, type JsonObject } from './json.js';
export { Qemu, type QemuExit } from './qemu.js';
export { QmpClient } from './qmp-client.js';
export { QmpError } from './qmp-error.js';
export { type QmpEvent } from './qmp-message.js';
