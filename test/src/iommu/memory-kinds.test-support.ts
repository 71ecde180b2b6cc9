import type { MemoryObject } from '@mdevkit/core';
import { FileMemory, memoryFrom, SharedMemory } from '@mdevkit/linux';
import { contentOf, PeerFile, store } from './descriptors.test-support.js';

/** Memory that a client lends, and what its owner sees of it by another way. */
export interface LentMemory extends Disposable {
  readonly memory: Uint8Array | MemoryObject;
  content(): Uint8Array;
  store(bytes: Uint8Array): void;
}

export interface MemoryKind {
  readonly name: string;
  /** Whether devices can have views of it. */
  readonly hasViews: boolean;
  lend(size: number): LentMemory;
}

function lentArray(memory: Uint8Array): LentMemory {
  return {
    memory,
    content: () => memory.slice(),
    store: (bytes) => memory.set(bytes),
    [Symbol.dispose]: () => undefined,
  };
}

/** `owner` is disposed after the memory, and its descriptor tells the content. */
function lentFile(
  memory: MemoryObject & Disposable,
  fd: number,
  owner: Disposable = memory,
): LentMemory {
  const { size } = memory;
  return {
    memory,
    content: () => contentOf(fd, size),
    store: (bytes) => store(fd, bytes),
    [Symbol.dispose]: () => {
      memory[Symbol.dispose]();
      if (owner !== memory) {
        owner[Symbol.dispose]();
      }
    },
  };
}

export const memoryKinds: readonly MemoryKind[] = [
  {
    name: 'an array',
    hasViews: true,
    lend: (size: number): LentMemory => lentArray(new Uint8Array(size)),
  },
  {
    name: 'an array over a SharedArrayBuffer',
    hasViews: true,
    lend: (size: number): LentMemory => lentArray(new Uint8Array(new SharedArrayBuffer(size))),
  },
  {
    name: 'SharedMemory of our own',
    hasViews: true,
    lend(size: number): LentMemory {
      const memory = SharedMemory.create(size);
      return lentFile(memory, memory.fd);
    },
  },
  {
    name: 'SharedMemory of a sealed memfd of a peer',
    hasViews: true,
    lend(size: number): LentMemory {
      const peer = SharedMemory.create(size);
      return lentFile(SharedMemory.from(peer.fd), peer.fd, peer);
    },
  },
  {
    name: 'FileMemory of a file',
    hasViews: false,
    lend(size: number): LentMemory {
      const peer = PeerFile.onDisk(size);
      return lentFile(FileMemory.from(peer.fd), peer.fd, peer);
    },
  },
  {
    name: 'memory from a memfd without seals',
    hasViews: false,
    lend(size: number): LentMemory {
      const peer = PeerFile.unsealed(size);
      return lentFile(memoryFrom(peer.fd), peer.fd, peer);
    },
  },
];
