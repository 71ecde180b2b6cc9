export { lspciText } from './lspci-text.js';
export { readConfig } from './read-config.js';
