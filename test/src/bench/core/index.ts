export { coreAccess } from './access.js';
export { coreInterposed, readsBehind } from './interposed.js';
export { coreMdev, mdevsAmong } from './mdev.js';
