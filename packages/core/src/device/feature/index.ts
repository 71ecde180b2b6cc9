export { dmaLoggingFeatures } from './dma-logging.js';
export type { FeatureHandler } from './feature-handler.js';
export { FeatureTable } from './feature-table.js';
export { migrationFeatures } from './migration-features.js';
