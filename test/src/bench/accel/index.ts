export { accelThroughput, throughputOf } from './throughput.js';
