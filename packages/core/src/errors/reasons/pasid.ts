import type { ReasonRow } from '../mdev-error.js';

/** PASIDs of a parent. */
export const pasidReasons = {
  'pasid.bits': {
    errno: 'EINVAL',
    text: 'a PASID has 1 to 20 bits',
    source: 'PCI Express Base Specification 6.0, section 7.8.9.2 (Max PASID Width)',
  },
  'pasid.exhausted': {
    errno: 'ENOSPC',
    text: 'every PASID is in use, draining or leaked',
    source: 'drivers/iommu/iommu-sva.c, iommu_alloc_mm_data',
  },
  'pasid.state': {
    errno: 'EINVAL',
    text: 'the PASID is not in the state that this step needs',
    source: 'drivers/misc/ocxl/context.c, ocxl_context_detach, ocxl_context_free',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
