export { MAX_DEPTH, NestedSpace, type MapParentRequest } from './nested-space.js';
