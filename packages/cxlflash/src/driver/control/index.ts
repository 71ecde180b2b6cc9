export { contextObjects } from './context-objects.js';
export { diskObjects } from './disk-objects.js';
export { resourceObjects } from './resource-objects.js';
