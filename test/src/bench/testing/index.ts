export { testingRecord } from './record.js';
