import { closeSync, openSync, readdirSync } from 'node:fs';
import { say } from '../../child.test-support.js';
import { NativeBuffer } from '../../native/index.js';
import { UnixStream } from '../unix-stream.js';

/* Receives three descriptors with room for two and for none, and one with room. */
const [near, far] = UnixStream.pair();
const buffer = NativeBuffer.allocate(16);
const sent = openSync('/dev/null', 'r');
const filling: number[] = [];

function openCount(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Leaves room for `room` descriptors more. */
function fill(room: number): void {
  try {
    for (;;) {
      filling.push(openSync('/dev/null', 'r'));
    }
  } catch {
    for (const fd of filling.splice(filling.length - room)) {
      closeSync(fd);
    }
  }
}

function exchange(room: number, count: number): unknown {
  near.send(buffer, 0, 1, new Array<number>(count).fill(sent));
  fill(room);
  const bytes = far.receive(buffer, 0, 16);
  const truncated = far.descriptorsTruncated;
  const taken = far.takeDescriptors();
  for (const fd of [...taken, ...filling.splice(0)]) {
    closeSync(fd);
  }
  return { bytes, truncated, taken: taken.length, then: far.descriptorsTruncated };
}

const before = openCount();
const some = exchange(2, 3);
const none = exchange(0, 3);
const rest = exchange(3, 1);
say({ some, none, rest, leaked: openCount() - before });
near[Symbol.dispose]();
far[Symbol.dispose]();
