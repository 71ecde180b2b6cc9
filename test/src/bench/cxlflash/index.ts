export { cxlflash } from './transfer.js';
