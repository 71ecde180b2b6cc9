export { useGuest, useLab } from './use-guest.js';
