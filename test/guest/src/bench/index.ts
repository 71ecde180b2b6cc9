export { guestMmioReads, type GuestMmioReads } from './mmio-read.js';
