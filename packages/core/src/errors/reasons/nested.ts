import type { ReasonRow } from '../mdev-error.js';

const STAGES = 'Intel VT-d Specification, section 3.6 (Nested Translation)';

/** An address space of a guest, on top of that of its host. */
export const nestedReasons = {
  'nested.depth': {
    errno: 'EINVAL',
    text: 'too many address spaces on top of one another',
    source: 'drivers/iommu/iommufd/hw_pagetable.c, iommufd_hwpt_nested_alloc',
  },
  'nested.map': {
    errno: 'EINVAL',
    text: 'a nested space maps windows of its parent, and no memory of its own',
    source: 'drivers/iommu/iommu.c, iommu_map (only of a paging domain)',
  },
  'nested.destroyed': {
    errno: 'ENOENT',
    text: 'the nested space was destroyed',
    source: 'drivers/iommu/iommufd/main.c, iommufd_get_object',
  },
  'nested.unmapped': {
    errno: 'EFAULT',
    text: 'the parent does not map this address',
    source: STAGES,
  },
  'nested.permission': {
    errno: 'EFAULT',
    text: 'the map of the parent does not allow this access',
    source: STAGES,
  },
  'nested.memory': {
    errno: 'EFAULT',
    text: 'the memory behind the map of the parent is gone',
    source: STAGES,
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
