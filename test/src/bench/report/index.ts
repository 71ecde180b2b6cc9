export { columns } from './columns.js';
export { readable, readableBaseline, readableRatio } from './readable.js';
export { table } from './table.js';
