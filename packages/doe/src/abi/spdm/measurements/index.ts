export { decodeBlocks, encodeBlock, encodeBlocks, type MeasurementBlock } from './block.js';
export { summaryHash } from './summary.js';
