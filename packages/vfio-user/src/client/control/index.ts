export { ControlCalls } from './control-calls.js';
export { SessionTransport } from './session-transport.js';
