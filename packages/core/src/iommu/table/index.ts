export { Domain, type DomainFlags } from './domain.js';
export { DEFAULT_BIND_LIMIT, type ParentIommuOptions } from './hardware.js';
export { ParentIommu, type PasidDump } from './parent-iommu.js';
export type { PasidEntry } from './pasid-table.js';
export { IommuTenancy } from './tenancy.js';
