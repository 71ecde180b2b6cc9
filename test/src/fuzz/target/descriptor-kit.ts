import { EventFd, SharedMemory, UnixStream } from '@mdevkit/linux';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescriptorKind } from '../sequence/index.js';

/** As much as the machines of the recordings have. */
const MEMORY_BYTES = 0x1000_0000;
const FILE_BYTES = 0x100_0000;

/** One descriptor of every kind, to be sent as often as wanted. */
export class DescriptorKit implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
  readonly #opened = new Map<DescriptorKind, number>();
  readonly #memory = SharedMemory.create(MEMORY_BYTES);
  readonly #eventfd = EventFd.create();
  readonly #sockets = UnixStream.pair();

  constructor() {
    const file = join(this.#folder, 'file');
    const pipe = join(this.#folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const { O_RDWR, O_CREAT, O_NONBLOCK, O_RDONLY } = constants;
    this.#opened.set('file', openSync(file, O_RDWR | O_CREAT, 0o600));
    this.#opened.set('read-only', openSync(file, O_RDONLY));
    this.#opened.set('pipe', openSync(pipe, O_RDWR | O_NONBLOCK));
    this.#opened.set('null', openSync('/dev/null', O_RDWR));
    this.#opened.set('zero', openSync('/dev/zero', O_RDWR));
    this.#opened.set('folder', openSync(this.#folder, O_RDONLY));
    ftruncateSync(this.#fd('file'), FILE_BYTES);
  }

  /** `ownEnd` is the sender's socket. */
  fdOf(kind: DescriptorKind, ownEnd: number): number {
    switch (kind) {
      case 'memory':
        return this.#memory.fd;
      case 'eventfd':
        return this.#eventfd.fd;
      case 'socket':
        return this.#sockets[0].fd;
      case 'own-end':
        return ownEnd;
      case 'file':
      case 'read-only':
      case 'pipe':
      case 'null':
      case 'zero':
      case 'folder':
        return this.#fd(kind);
    }
  }

  /** Whoever reads the file meanwhile finds its end. */
  cutFile(): void {
    ftruncateSync(this.#fd('file'), 0);
  }

  restoreFile(): void {
    ftruncateSync(this.#fd('file'), FILE_BYTES);
  }

  [Symbol.dispose](): void {
    for (const fd of this.#opened.values()) {
      closeSync(fd);
    }
    this.#memory[Symbol.dispose]();
    this.#eventfd[Symbol.dispose]();
    this.#sockets.forEach((end) => end[Symbol.dispose]());
    rmSync(this.#folder, { recursive: true });
  }

  #fd(kind: DescriptorKind): number {
    const fd = this.#opened.get(kind);
    if (fd === undefined) {
      throw new RangeError(`there is no ${kind}`);
    }
    return fd;
  }
}
