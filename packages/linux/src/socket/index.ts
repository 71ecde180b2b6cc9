export { isSameUser } from './same-user.js';
export { UnixListener, type ListenOptions } from './unix-listener.js';
export { UnixStream } from './unix-stream.js';
