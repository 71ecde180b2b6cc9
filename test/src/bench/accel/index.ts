export { accelThroughput, throughputOf, ZLIB } from './throughput.js';
