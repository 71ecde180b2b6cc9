export { Ah } from './address-handle.js';
export { verbsClasses } from './classes.js';
export { ARM_SOLICITED, Cq } from './completion-queue.js';
export { PortInfo, VerbsDeviceClass } from './device.js';
export { EVENT_COMPLETION } from './events.js';
export {
  COMP_VECTORS,
  GRH_BYTES,
  MAX_CQE,
  MAX_MESSAGE,
  MAX_OBJECTS,
  MAX_POLL,
  MAX_SGE,
  MAX_WR,
  MTU,
  PORT_NUM,
} from './limits.js';
export { Mr, Mw, Pd, REREG_ACCESS } from './memory.js';
export { QpInfo } from './qp-attributes.js';
export { QpRc } from './qp-rc.js';
export {
  ConnectedInit,
  Connection,
  DatagramInit,
  InitiatorInit,
  NoAttributes,
  ReliableSend,
} from './qp-states.js';
export { QpUc } from './qp-uc.js';
export { QpUd } from './qp-ud.js';
export { QpXrcIni, QpXrcTgt } from './qp-xrc.js';
export { Srq } from './shared-receive-queue.js';
export { completionsOf, sgList, type Completion } from './work-request.js';
export { Xrcd } from './xrc-domain.js';
