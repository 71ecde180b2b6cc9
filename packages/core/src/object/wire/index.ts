export { DEFAULT_MAX_MESSAGE, MAX_ATTRS, MAX_LENGTH } from './layout.js';
