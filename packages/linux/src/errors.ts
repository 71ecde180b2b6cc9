import { defineReasons, type ReasonRow } from '@mdevkit/core';

/** What the Linux side refuses at run time; the same rows are in `docs/reference/errors.md`. */
export const linuxReasons = {
  'linux.call': {
    errno: 'EIO',
    text: 'a call of the kernel failed, and the errno is the one that it gave',
    source: 'errno(3)',
  },
  'linux.platform': {
    errno: 'ENOSYS',
    text: 'this needs 64-bit Linux and the native part of koffi',
    source: 'memfd_create(2)',
  },
  'linux.shrinkable': {
    errno: 'EPERM',
    text: 'only a memfd that is sealed against shrinking is mapped unless it is trusted: use FileMemory',
    source: 'mm/memfd.c, memfd_add_seals; mmap(2), SIGBUS',
  },
  'linux.huge-pages': {
    errno: 'EPERM',
    text: 'huge pages are mapped only if they are trusted, because an access may find none left',
    source: 'mm/hugetlb.c, hugetlb_no_page; Documentation/mm/hugetlbfs_reserv.rst',
  },
  'linux.access': {
    errno: 'EACCES',
    text: 'the descriptor was not opened for this access',
    source: 'mm/mmap.c, do_mmap; open(2), O_ACCMODE',
  },
  'linux.append': {
    errno: 'EACCES',
    text: 'a descriptor that only appends cannot be written at an offset',
    source: 'pwrite(2), bugs of O_APPEND',
  },
  'linux.range': {
    errno: 'EINVAL',
    text: 'offset and size are not inside what the descriptor has',
    source: 'mmap(2); fstat(2)',
  },
  'linux.fault': {
    errno: 'EFAULT',
    text: 'the access reaches beyond the memory',
    source: 'mm/filemap.c, filemap_fault',
  },
  'linux.read-only': {
    errno: 'EPERM',
    text: 'the memory may not be written',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_dma_rw_chunk',
  },
  'linux.released': {
    errno: 'EBADF',
    text: 'the memory has been given back',
    source: 'close(2)',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;

export type LinuxReason = keyof typeof linuxReasons;

export const failure = defineReasons<LinuxReason>(linuxReasons);
