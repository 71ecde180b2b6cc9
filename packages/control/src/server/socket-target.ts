import type { ReadTarget } from '@mdevkit/core';
import { failure } from '../errors.js';
import {
  FrameType,
  HEADER_SIZE,
  MAX_DESCRIPTOR_FRAME,
  REPLY,
  type FrameWriter,
} from '../wire/index.js';

/**
 * Puts an event on the socket of its reader. One that the socket takes, whole or in part, is the reader's; one of which it
 * takes nothing has not been copied, so that no event gets lost and none comes twice.
 */
export class SocketTarget implements ReadTarget {
  readonly length: number;
  readonly #writer: FrameWriter;
  readonly #id: number;
  #isDone = false;

  /** `id` is that of the request, `room` the bytes that its reader has. */
  constructor(writer: FrameWriter, id: number, room: number) {
    this.length = Math.min(room, MAX_DESCRIPTOR_FRAME - HEADER_SIZE);
    this.#writer = writer;
    this.#id = id;
  }

  /** The reply is on its way. */
  get isDone(): boolean {
    return this.#isDone;
  }

  copy(header: Uint8Array, data: Uint8Array): void {
    const fits = header.length + data.length <= this.length;
    if (!fits || !this.#writer.trySend(FrameType.read | REPLY, this.#id, header, data)) {
      throw failure('control.reader-full', { length: header.length + data.length });
    }
    this.#isDone = true;
  }
}
