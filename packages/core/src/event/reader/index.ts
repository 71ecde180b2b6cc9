export { iterateDescriptor } from './iterate-descriptor.js';
export { acknowledge, readEvents } from './read-events.js';
