export { DEFAULT_MAX_MESSAGE, MAX_LENGTH } from './layout.js';
