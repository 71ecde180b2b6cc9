export { Domain, type DomainFlags } from './domain.js';
export type { ParentIommuOptions } from './hardware.js';
export { ParentIommu, type PasidDump } from './parent-iommu.js';
export type { PasidEntry } from './pasid-table.js';
export { IommuTenancy } from './tenancy.js';
