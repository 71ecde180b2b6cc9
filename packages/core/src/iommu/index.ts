export {
  AddressSpace,
  DEFAULT_MAP_LIMIT,
  IOMMU_PAGE_SIZE,
  type Translation,
} from './address-space.js';
export { DmaPort, type DmaCounters } from './dma-port.js';
export { Dma, type DmaAccess, type Iova } from './dma.js';
