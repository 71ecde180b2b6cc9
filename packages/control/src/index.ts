export * from './client/index.js';
export { controlReasons, failure, type ControlReason } from './errors.js';
export * from './server/index.js';
export {
  decodeError,
  decodeGreeting,
  encodeError,
  encodeGreeting,
  type Greeting,
} from './wire/index.js';
