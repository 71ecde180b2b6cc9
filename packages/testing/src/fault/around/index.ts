export { FaultInterposition } from './fault-interposition.js';
