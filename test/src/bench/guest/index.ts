export { guestMmio } from './mmio.js';
