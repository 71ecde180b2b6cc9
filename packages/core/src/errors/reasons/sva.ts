import type { ReasonRow } from '../mdev-error.js';

const SVA = 'drivers/iommu/iommu-sva.c';

/** The address space of a process, shared with devices. */
export const svaReasons = {
  'sva.map': {
    errno: 'EINVAL',
    text: 'the address space of a process has registered buffers, and no other maps',
    source: 'drivers/iommu/iommu.c, iommu_map (only of a paging domain)',
  },
  'sva.exited': {
    errno: 'ESRCH',
    text: 'the process has ended',
    source: `${SVA}, iommu_sva_handle_iopf (mmget_not_zero)`,
  },
  'sva.registered': {
    errno: 'EEXIST',
    text: 'the buffer is registered already',
    source: 'mm/mmap.c, do_mmap (MAP_FIXED_NOREPLACE)',
  },
  'sva.not-registered': {
    errno: 'EINVAL',
    text: 'no registered buffer is there',
    source: 'mm/vma.c, do_vmi_munmap',
  },
  'sva.no-space': {
    errno: 'ENOMEM',
    text: 'the window of virtual addresses has no place for the buffer',
    source: 'mm/mmap.c, vm_unmapped_area',
  },
  'sva.fault': {
    errno: 'EFAULT',
    text: 'the process has no memory there',
    source: `${SVA}, iommu_sva_handle_iopf (vma_lookup)`,
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
