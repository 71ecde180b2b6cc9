import type { ReasonRow } from '../mdev-error.js';

const DEVICE = 'drivers/iommu/iommufd/device.c';
const PIN = `${DEVICE}, iommufd_access_pin_pages`;

/** A driver's accesses to an address space: attaching, pinning, reading and writing. */
export const accessReasons = {
  'access.handler': {
    errno: 'EINVAL',
    text: 'an access that pins needs an unmap handler',
    source: 'drivers/vfio/vfio_main.c, vfio_pin_pages',
  },
  'access.no-pin': {
    errno: 'EINVAL',
    text: 'the access was not made for pinning',
    source: PIN,
  },
  'access.attached': {
    errno: 'EINVAL',
    text: 'the access is attached already; replace changes its space',
    source: `${DEVICE}, iommufd_access_attach`,
  },
  'access.detached': {
    errno: 'ENOENT',
    text: 'the access is not attached to an address space',
    source: `${DEVICE}, iommufd_access_replace, iommufd_access_pin_pages, iommufd_access_rw`,
  },
  'access.busy': {
    errno: 'EBUSY',
    text: 'the access is leaving its address space',
    source: `${DEVICE}, iommufd_access_change_ioas`,
  },
  'access.closed': {
    errno: 'ENODEV',
    text: 'the access was disposed',
    source: `${DEVICE}, iommufd_access_destroy`,
  },
  'access.unmapping': {
    errno: 'EINVAL',
    text: 'the map is being removed',
    source: `${PIN}, prevent_access`,
  },
  'access.alignment': {
    errno: 'EINVAL',
    text: 'a pin starts and crosses from map to map at page boundaries',
    source: `${DEVICE}, iopt_area_contig_is_aligned`,
  },
  'access.memory': {
    errno: 'EFAULT',
    text: 'the memory behind a map is gone or failed',
    source: 'drivers/iommu/iommufd/pages.c, iopt_pages_rw_access, iopt_pages_fill_xarray',
  },
  'access.range': {
    errno: 'EINVAL',
    text: 'the range is not inside what is pinned',
    source: 'include/linux/iommufd.h, iommufd_access_pin_pages: only what was pinned may be used',
  },
  'access.no-view': {
    errno: 'EOPNOTSUPP',
    text: 'the memory cannot be seen without a copy',
    source: 'include/linux/mm.h, page_address: not every page has one',
  },
  'access.unpinned': {
    errno: 'EINVAL',
    text: 'the range was unpinned',
    source: `${DEVICE}, iommufd_access_unpin_pages`,
  },
  'access.revoked': {
    errno: 'ENODEV',
    text: 'the memory was taken back while it was pinned',
    source: 'tools/testing/selftests/iommu/iommufd.c, dmabuf_revoke',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
