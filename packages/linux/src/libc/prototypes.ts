/**
 * The functions of the C library that Node does not offer, as C declares them. Addresses are `uintptr_t`, so that
 * they are numbers here: those of user space are below 2^53 on every machine that Node runs on. Answers of type
 * `ssize_t` are `int`, because koffi does not know the one and no call here moves more than 2 GiB.
 */
export const prototypes = {
  memfdCreate: 'int memfd_create(const char *name, unsigned int flags)',
  truncate: 'int ftruncate(int fd, int64_t length)',
  fcntl: 'int fcntl(int fd, int cmd, ...)',
  fileSystem: 'int fstatfs(int fd, void *buf)',
  mmap: 'intptr_t mmap(uintptr_t addr, size_t length, int prot, int flags, int fd, int64_t offset)',
  munmap: 'int munmap(uintptr_t addr, size_t length)',
  socket: 'int socket(int domain, int type, int protocol)',
  socketpair: 'int socketpair(int domain, int type, int protocol, void *fds)',
  connect: 'int connect(int fd, const void *addr, unsigned int length)',
  bind: 'int bind(int fd, const void *addr, unsigned int length)',
  listen: 'int listen(int fd, int backlog)',
  accept4: 'int accept4(int fd, uintptr_t addr, uintptr_t length, int flags)',
  shutdown: 'int shutdown(int fd, int how)',
  getsockopt: 'int getsockopt(int fd, int level, int name, void *value, void *length)',
  send: 'int send(int fd, uintptr_t buf, size_t length, int flags)',
  sendmsg: 'int sendmsg(int fd, uintptr_t message, int flags)',
  recvmsg: 'int recvmsg(int fd, uintptr_t message, int flags)',
  poll: 'int poll(void *fds, unsigned long count, int timeout)',
  epollCreate: 'int epoll_create1(int flags)',
  epollControl: 'int epoll_ctl(int epfd, int op, int fd, void *event)',
  eventfd: 'int eventfd(unsigned int initval, int flags)',
  write: 'int write(int fd, const void *buf, size_t length)',
  preadv2: 'int preadv2(int fd, uintptr_t iov, int count, int64_t offset, int flags)',
} as const;

type Call<Parameters extends readonly unknown[]> = (...parameters: Parameters) => number;

/** What the functions of {@link prototypes} take. Each answers as in C: -1 for a failure, whose errno must be asked at once. */
export interface LibcCalls {
  readonly memfdCreate: Call<[name: string, flags: number]>;
  readonly truncate: Call<[fd: number, length: number]>;
  /** With its type, because the C function takes a variable list of arguments. */
  readonly fcntl: Call<[fd: number, command: number, type: 'int', argument: number]>;
  readonly fileSystem: Call<[fd: number, into: Uint8Array]>;
  readonly mmap: Call<
    [address: number, length: number, protection: number, flags: number, fd: number, offset: number]
  >;
  readonly munmap: Call<[address: number, length: number]>;
  readonly socket: Call<[domain: number, type: number, protocol: number]>;
  readonly socketpair: Call<[domain: number, type: number, protocol: number, fds: Int32Array]>;
  readonly connect: Call<[fd: number, address: Uint8Array, length: number]>;
  readonly bind: Call<[fd: number, address: Uint8Array, length: number]>;
  readonly listen: Call<[fd: number, backlog: number]>;
  readonly accept4: Call<[fd: number, address: number, length: number, flags: number]>;
  readonly shutdown: Call<[fd: number, how: number]>;
  readonly getsockopt: Call<
    [fd: number, level: number, name: number, value: Int32Array, length: Int32Array]
  >;
  readonly send: Call<[fd: number, buffer: number, length: number, flags: number]>;
  readonly sendmsg: Call<[fd: number, message: number, flags: number]>;
  readonly recvmsg: Call<[fd: number, message: number, flags: number]>;
  readonly poll: Call<[fds: Int32Array, count: number, timeoutMs: number]>;
  readonly epollCreate: Call<[flags: number]>;
  readonly epollControl: Call<[epoll: number, operation: number, fd: number, event: Uint8Array]>;
  readonly eventfd: Call<[initial: number, flags: number]>;
  readonly write: Call<[fd: number, from: Uint8Array, length: number]>;
  readonly preadv2: Call<
    [fd: number, vectors: number, count: number, offset: number, flags: number]
  >;
}
