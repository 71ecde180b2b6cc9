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
  'linux.closed': {
    errno: 'EBADF',
    text: 'the descriptor has been closed',
    source: 'close(2)',
  },
  'linux.peer-gone': {
    errno: 'EPIPE',
    text: 'nobody reads the other end of the socket any more',
    source: 'net/unix/af_unix.c, unix_stream_sendmsg; unix(7)',
  },
  'linux.empty-message': {
    errno: 'EINVAL',
    text: 'a stream carries no message without bytes, and loses its descriptors',
    source: 'net/unix/af_unix.c, unix_stream_sendmsg; unix(7)',
  },
  'linux.descriptors': {
    errno: 'EINVAL',
    text: 'one message carries at most 253 descriptors',
    source: 'net/core/scm.c, scm_fp_copy; unix(7), SCM_RIGHTS',
  },
  'linux.timeout': {
    errno: 'EINVAL',
    text: 'a wait has an end: whole milliseconds from 0 to 2147483647',
    source: 'poll(2); own rule',
  },
  'linux.socket-path': {
    errno: 'ENAMETOOLONG',
    text: 'the path of a socket has 1 to 107 bytes, none of them NUL',
    source: 'unix(7), sun_path; connect(2)',
  },
  'linux.socket-in-use': {
    errno: 'EADDRINUSE',
    text: 'a server listens on the path',
    source: 'bind(2)',
  },
  'linux.socket-exists': {
    errno: 'EEXIST',
    text: 'there is something at the path that is no socket left behind by a server',
    source: 'bind(2); own rule: nothing else is removed',
  },
  'linux.not-stream': {
    errno: 'EPROTOTYPE',
    text: 'the descriptor is no stream socket of this machine',
    source: 'unix(7); connect(2)',
  },
  'linux.not-eventfd': {
    errno: 'EINVAL',
    text: 'the descriptor is no eventfd',
    source: 'fs/eventfd.c, eventfd_fget; eventfd(2)',
  },
  'linux.eventfd-count': {
    errno: 'EINVAL',
    text: 'an eventfd is made with a count from 0 to 4294967295',
    source: 'eventfd(2), initval',
  },
  'linux.watched': {
    errno: 'EEXIST',
    text: 'the descriptor is watched already',
    source: 'epoll_ctl(2), EEXIST',
  },
  'linux.unwatchable': {
    errno: 'EPERM',
    text: 'the descriptor is always ready, as a file is, and cannot be watched',
    source: 'epoll_ctl(2), EPERM',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;

/** A reason of {@link linuxReasons}. */
export type LinuxReason = keyof typeof linuxReasons;

/** Makes the errors of what Linux gives. */
export const failure = defineReasons<LinuxReason>(linuxReasons);
