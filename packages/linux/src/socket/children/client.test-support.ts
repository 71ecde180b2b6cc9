import { say } from '../../child.test-support.js';
import { NativeBuffer } from '../../native/index.js';
import { UnixStream } from '../unix-stream.js';

/* Connects, sends one byte and tells who it is. */
const [, , path = ''] = process.argv;
using stream = UnixStream.connect(path);
using buffer = NativeBuffer.allocate(1);
buffer.bytes[0] = 42;
stream.send(buffer, 0, 1);
say({ pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() });
