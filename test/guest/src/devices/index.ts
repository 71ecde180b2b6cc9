export { attestedFunction, type Attested } from './attested.js';
export { BUSY_BYTES, busyDriver, busyId, busyRegisters } from './busy.js';
export { ConfigTrace, doeAccesses } from './config-trace.js';
export { cxlMemoryDriver } from './cxl-memory.js';
export { echo, lateEcho } from './doe-features.js';
export { doeFunctionDriver, type DoeFunctionOptions } from './doe-function.js';
export {
  PROBE_LONGEST_COPY,
  PROBE_VECTORS,
  probeCommand,
  probeId,
  probeRegisters,
  probeStatus,
} from './probe-layout.js';
export { Window, windowId, windowLayout } from './window.js';
export { probeDriver, type ProbeOptions } from './probe.js';
