export { QueuePair, type QpParts, type QpType } from './queue-pair.js';
export {
  RELIABLE_ACCESS,
  transitionOf,
  UNRELIABLE_ACCESS,
  type TransitionRequest,
} from './transition.js';
