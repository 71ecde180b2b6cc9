export { BUSY_BYTES, busyDriver, busyId, busyRegisters } from './busy.js';
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
