export { ControlServer } from './control-server.js';
export { ControlSession, disposeAll, type SessionAnswer } from './control-session.js';
export { DescriptorStreams } from './descriptor-streams.js';
export { DEFAULT_CONTROL_LIMITS, controlLimits, type ControlLimits } from './limits.js';
export type { ControlServerOptions, ServedControl } from './options.js';
export type { FileAnswer, OpenObject, ServedFile, ServedPlane } from './plane.js';
