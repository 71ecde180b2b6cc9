import type { ReasonRow } from '../mdev-error.js';

const TABLE = 'drivers/iommu/iommufd/io_pagetable.c';

/** Address spaces and accesses: rules that only iommufd has. */
export const ioasReasons = {
  'ioas.read-only': {
    errno: 'EPERM',
    text: 'the memory may not be written',
    source: `${TABLE}, iopt_map_pages`,
  },
  'ioas.memory': {
    errno: 'EINVAL',
    text: 'the memory is shorter than the map',
    source: `${TABLE}, iopt_map_file_pages`,
  },
  'ioas.no-space': {
    errno: 'ENOSPC',
    text: 'there is no place for the map',
    source: `${TABLE}, iopt_alloc_iova`,
  },
  'ioas.cut': {
    errno: 'ENOENT',
    text: 'the range cuts a map in two; the maps before it are gone',
    source: `${TABLE}, iopt_unmap_iova_range`,
  },
  'ioas.nothing': {
    errno: 'ENOENT',
    text: 'nothing is mapped there',
    source: `${TABLE}, iopt_unmap_iova_range`,
  },
  'ioas.hole': {
    errno: 'ENOENT',
    text: 'a part of the range is not mapped',
    source: `${TABLE}, iopt_area_contig_init`,
  },
  'ioas.conflict': {
    errno: 'EADDRINUSE',
    text: 'the maps of the space do not fit what is attached',
    source: `${TABLE}, iopt_table_add_domain`,
  },
  'ioas.range': {
    errno: 'EINVAL',
    text: 'an allowed range ends where it starts, or overlaps another',
    source: 'drivers/iommu/iommufd/ioas.c, iommufd_ioas_load_iovas',
  },
  'ioas.allowed-reserved': {
    errno: 'EADDRINUSE',
    text: 'an allowed range overlaps a reserved one',
    source: `${TABLE}, iopt_set_allow_iova`,
  },
  'ioas.page-size': {
    errno: 'EINVAL',
    text: 'the smallest page of what is attached is larger than 4096 bytes, or there is none',
    source: `${TABLE}, iopt_table_add_domain`,
  },
  'ioas.range-slots': {
    errno: 'EMSGSIZE',
    text: 'there are more usable ranges than slots; those that fit are filled in',
    source: 'drivers/iommu/iommufd/ioas.c, iommufd_ioas_iova_ranges',
  },
  'ioas.stuck': {
    errno: 'EDEADLK',
    text: 'a driver did not unpin the memory; its pins are revoked now',
    source: `${TABLE}, iopt_unmap_iova_range`,
  },
  'ioas.busy': {
    errno: 'EBUSY',
    text: 'something is attached to the space',
    source: 'drivers/iommu/iommufd/main.c, iommufd_object_remove',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
