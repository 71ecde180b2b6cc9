export { callFailed, fileCall } from './call-failed.js';
export * from './constants.js';
export {
  addSeals,
  checkDescriptor,
  closeOnExec,
  createMemfd,
  duplicate,
  duplicates,
  fileSystemOf,
  kindOf,
  openModeOf,
  orClosed,
  sealsOf,
  statusOf,
  type OpenMode,
} from './descriptors.js';
export { canBePolled, createEventfd, openEpollOf } from './events.js';
export { libc, type Libc, type PollEvents, type PollHandle } from './libc.js';
export { mapAnonymous, mapFile, mapZeros, pageSize, unmap } from './mappings.js';
export {
  acceptFrom,
  bindSocket,
  connectSocket,
  isSocket,
  isUnixStream,
  listenOn,
  openSocket,
  openSocketPair,
  peerOf,
  shutDown,
  type PeerCredentials,
} from './sockets.js';
