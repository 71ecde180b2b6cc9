/*
 * Numbers of the kernel's interface, as its generic architectures define them.
 * Sources: include/uapi/linux/memfd.h, fcntl.h, magic.h, eventfd.h, eventpoll.h, fs.h, net.h;
 * include/uapi/asm-generic/mman-common.h, mman.h, fcntl.h, socket.h, poll.h; include/linux/socket.h.
 */

export const MFD_CLOEXEC = 0x1;
export const MFD_ALLOW_SEALING = 0x2;
export const MFD_HUGETLB = 0x4;

export const F_SETFD = 2;
export const F_GETFL = 3;
export const F_DUPFD_CLOEXEC = 1030;
export const F_ADD_SEALS = 1033;
export const F_GET_SEALS = 1034;
export const FD_CLOEXEC = 1;

export const F_SEAL_SHRINK = 0x2;
export const F_SEAL_GROW = 0x4;
export const F_SEAL_WRITE = 0x8;
export const F_SEAL_FUTURE_WRITE = 0x10;

export const PROT_READ = 0x1;
export const PROT_WRITE = 0x2;

export const MAP_SHARED = 0x1;
export const MAP_PRIVATE = 0x2;
export const MAP_FIXED = 0x10;
export const MAP_ANONYMOUS = 0x20;
export const MAP_NORESERVE = 0x4000;

/** The kinds of file system that have memfds. */
export const TMPFS_MAGIC = 0x01021994;
export const HUGETLBFS_MAGIC = 0x958458f6;

export const AF_UNIX = 1;
export const SOCK_STREAM = 1;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

export const SOL_SOCKET = 1;
export const SO_TYPE = 3;
export const SO_PEERCRED = 17;
export const SO_ACCEPTCONN = 30;
export const SO_DOMAIN = 39;

/** Control messages that bring descriptors; the second only to a socket whose owner asked for it. */
export const SCM_RIGHTS = 1;
export const SCM_PIDFD = 4;
/** The most descriptors of one message. */
export const SCM_MAX_FD = 253;

export const MSG_CTRUNC = 0x8;
export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;
export const MSG_CMSG_CLOEXEC = 0x40000000;

export const SHUT_RDWR = 2;

export const POLLIN = 0x1;
export const POLLOUT = 0x4;

export const EPOLL_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLLIN = 0x1;

export const EFD_CLOEXEC = 0o2000000;
export const EFD_NONBLOCK = 0o4000;

export const RWF_NOWAIT = 0x8;
