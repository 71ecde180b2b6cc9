import { closeSync } from 'node:fs';
import { MSG_CTRUNC, SCM_PIDFD, SCM_RIGHTS } from '../libc/index.js';
import type { MessageRoom } from './message-room.js';

/** Descriptors that came with messages, until somebody takes them. */
export class ReceivedDescriptors implements Disposable {
  #descriptors: number[] = [];
  #truncated = false;

  get some(): boolean {
    return this.#descriptors.length > 0;
  }

  /** Whether the kernel could not give all of them since the last {@link take}. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /** Keeps what came with the last message of `room`. */
  keep(room: MessageRoom): void {
    if ((room.flags & MSG_CTRUNC) !== 0) {
      this.#truncated = true;
    }
    if (room.controlLength > 0) {
      room.forEachDescriptor([SCM_RIGHTS], (descriptor) => {
        this.#descriptors.push(descriptor);
      });
      // Only a socket that somebody else has set up brings them, and nobody here wants them.
      room.forEachDescriptor([SCM_PIDFD], closeIfOpen);
    }
  }

  take(): number[] {
    const taken = this.#descriptors;
    this.#descriptors = [];
    this.#truncated = false;
    return taken;
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.take()) {
      closeSync(descriptor);
    }
  }
}

/** The kernel tells a pidfd that it could not make by a negative number. */
function closeIfOpen(descriptor: number): void {
  if (descriptor >= 0) {
    closeSync(descriptor);
  }
}
