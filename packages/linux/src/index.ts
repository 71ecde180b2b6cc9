export { failure, linuxReasons, type LinuxReason } from './errors.js';
export { EventFd } from './eventfd/index.js';
export { duplicate, duplicates, isSocket, type PeerCredentials } from './libc/index.js';
export {
  FileMemory,
  memoryFrom,
  SharedMemory,
  type CreateOptions,
  type DescriptorOptions,
} from './memory/index.js';
export { NativeBuffer } from './native/index.js';
export {
  Patience,
  watch,
  type PatienceDefaults,
  type PatienceOptions,
  type Watch,
  type WatchCallback,
  type WatchInterest,
} from './poll/index.js';
export { isSameUser, UnixListener, UnixStream, type ListenOptions } from './socket/index.js';
