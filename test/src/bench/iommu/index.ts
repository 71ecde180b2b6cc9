export { iommuCopy } from './copy.js';
export { iommuMap, mapUnmapAmong } from './map.js';
export { iommuTranslate, translateAmong } from './translate.js';
