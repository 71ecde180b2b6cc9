import type { ReasonRow } from '../mdev-error.js';

const DEVICE = 'drivers/iommu/iommufd/device.c';
const HWPT = 'drivers/iommu/iommufd/hw_pagetable.c';

/** The IOMMU of a parent: its domains, and which PASID leads to which of them. */
export const iommuReasons = {
  'iommu.options': {
    errno: 'EINVAL',
    text: 'page sizes are a bitmap of 64 bits that is not 0; a range starts at or before its last IOVA; a limit is a whole number',
    source: 'include/linux/iommu.h, struct iommu_domain (pgsize_bitmap, geometry)',
  },
  'iommu.flags': {
    errno: 'EOPNOTSUPP',
    text: 'a domain has no such flag',
    source: `${HWPT}, iommufd_hwpt_alloc`,
  },
  'iommu.no-dirty': {
    errno: 'EOPNOTSUPP',
    text: 'the IOMMU does not record which pages are written',
    source: `${HWPT}, iommufd_hwpt_paging_alloc (IOMMU_HWPT_ALLOC_DIRTY_TRACKING)`,
  },
  'iommu.destroyed': {
    errno: 'ENOENT',
    text: 'the domain was destroyed',
    source: 'drivers/iommu/iommufd/main.c, iommufd_get_object',
  },
  'iommu.in-use': {
    errno: 'EBUSY',
    text: 'the domain is attached',
    source: 'drivers/iommu/iommufd/main.c, iommufd_object_remove',
  },
  'iommu.pasid': {
    errno: 'EINVAL',
    text: 'the IOMMU has no such PASID',
    source: 'drivers/iommu/iommu.c, iommu_attach_device_pasid (max_pasids)',
  },
  'iommu.attached': {
    errno: 'EBUSY',
    text: 'something is attached to the PASID already',
    source: `${DEVICE}, iommufd_hw_pagetable_attach`,
  },
  'iommu.not-quiet': {
    errno: 'EBUSY',
    text: 'the device has not confirmed that it is quiet with this PASID',
    source: 'drivers/misc/ocxl/context.c, ocxl_context_detach',
  },
  'iommu.unattached': {
    errno: 'EINVAL',
    text: 'nothing is attached to the PASID that could be replaced',
    source: `${DEVICE}, iommufd_device_do_replace`,
  },
  'iommu.foreign': {
    errno: 'EINVAL',
    text: 'the domain belongs to another IOMMU',
    source: 'drivers/iommu/iommu.c, __iommu_attach_device (domain_iommu_ops_compatible)',
  },
  'iommu.pasid-domain': {
    errno: 'EINVAL',
    text: 'only a domain that was allocated for PASIDs is attached to one',
    source: `${DEVICE}, iommufd_hwpt_pasid_compat`,
  },
  'iommu.own-domain': {
    errno: 'EINVAL',
    text: 'while a PASID is attached, the own domain of the device is one for PASIDs, too',
    source: `${DEVICE}, iommufd_hwpt_pasid_compat`,
  },
  'iommu.no-pasid': {
    errno: 'EOPNOTSUPP',
    text: 'the device works with no PASID but its own',
    source: 'drivers/vfio/device_cdev.c, vfio_df_ioctl_attach_pt',
  },
  'iommu.closed': {
    errno: 'EINVAL',
    text: 'the tenancy was closed',
    source: 'drivers/vfio/device_cdev.c, vfio_df_unbind_iommufd',
  },
  'iommu.bind-limit': {
    errno: 'ENOSPC',
    text: 'the device has as many PASIDs as one mediated device may have',
    source: 'docs/reference/iommu-rules.md, bind limit',
  },
  'iommu.own-pasid': {
    errno: 'EINVAL',
    text: 'the own PASID of a tenancy goes when it is closed',
    source: 'drivers/vfio/iommufd.c, vfio_iommufd_emulated_unbind',
  },
  'iommu.unbound': {
    errno: 'ENOENT',
    text: 'the PASID is not bound to this tenancy',
    source: 'drivers/iommu/iommu-sva.c, iommu_sva_unbind_device',
  },
  'iommu.not-draining': {
    errno: 'ENOENT',
    text: 'the PASID is not one of this tenancy that drains',
    source: 'drivers/misc/ocxl/context.c, ocxl_context_detach',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
