export { EventFd } from './event-fd.js';
