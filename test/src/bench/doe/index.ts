export { doe } from './exchange.js';
