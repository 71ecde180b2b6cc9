import { ftruncateSync } from 'node:fs';
import { FileMemory, SharedMemory } from '../index.js';
import { peerMemfd, readOf, refusal } from '../descriptors.test-support.js';
import { say } from '../../child.test-support.js';

/* A peer shrinks memory that this process uses: `trusted` mapped, `released` mapped and disposed, or `file`. */
const how = process.argv[2];
using peer = peerMemfd(8192);
const memory =
  how === 'file' ? FileMemory.from(peer.fd) : SharedMemory.from(peer.fd, { trusted: true });
const view = memory.view(0, 8192) ?? new Uint8Array(8192);
memory.write(0, Uint8Array.of(7));
memory.write(4096, Uint8Array.of(8));
if (how === 'released') {
  memory[Symbol.dispose]();
}
ftruncateSync(peer.fd, 4096);
if (how === 'file') {
  say({
    size: memory.size,
    first: readOf(memory, 0, 1),
    second: refusal(() => readOf(memory, 4096, 1)),
    written: refusal(() => memory.write(4096, Uint8Array.of(1))),
  });
} else {
  say({ first: view[0], second: view[4096] });
}
memory[Symbol.dispose]();
