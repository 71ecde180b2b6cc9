export { findTypes, type TypeQuery } from './find-types.js';
export { uniformTopology, type Topology } from './topology.js';
