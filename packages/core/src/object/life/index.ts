export { ControlFile } from './control-file.js';
export { DEFAULT_MAX_OBJECTS } from './handle-table.js';
export { OpenDescriptor } from './open-descriptor.js';
