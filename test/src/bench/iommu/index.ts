export { iommuCopy } from './copy.js';
export { iommuMap, mapUnmapAmong, SORTED_ARRAY } from './map.js';
export { FLAT_SEARCH, iommuTranslate, translateAmong } from './translate.js';
