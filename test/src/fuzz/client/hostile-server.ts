import { type NativeBuffer, type UnixStream } from '@mdevkit/linux';
import { MdevError } from '@mdevkit/core';
import { closeSync } from 'node:fs';
import {
  commandOf,
  ERROR,
  flagsOf,
  HEADER_SIZE,
  idOf,
  messageOf,
  NO_REPLY,
  payloadOf,
  sizeOf,
  TYPE_COMMAND,
  TYPE_MASK,
  TYPE_REPLY,
} from '../message/index.js';
import { mutateMessage } from '../mutation/index.js';
import type { Random } from '../random/index.js';
import type { DescriptorKind } from '../sequence/index.js';
import { MessageStream, type DescriptorKit } from '../target/index.js';
import { plausibleReply } from './plausible-reply.js';

const kinds: readonly DescriptorKind[] = ['memory', 'eventfd', 'file', 'socket', 'pipe', 'null'];

export interface HostileServerOptions {
  readonly stream: UnixStream;
  readonly buffer: NativeBuffer;
  readonly kit: DescriptorKit;
  readonly random: Random;
  /** So many replies of a hundred are spoilt, VERSION fewer. */
  readonly share: number;
}

/** Answers a client with replies that are more or less right, and now and then with what nobody asked for. */
export class HostileServer implements Disposable {
  /** Messages that went out. */
  sent = 0;
  ended = false;
  readonly #options: HostileServerOptions;
  readonly #incoming = new MessageStream();

  constructor(options: HostileServerOptions) {
    this.#options = options;
  }

  /** Answers what has come; whether something has. */
  serve(): boolean {
    const { stream, buffer } = this.#options;
    if (this.ended) {
      return false;
    }
    const count = stream.receive(buffer, 0, buffer.size);
    stream.takeDescriptors().forEach((fd) => closeSync(fd));
    this.ended = count === 0;
    if (count <= 0) {
      return false;
    }
    this.#incoming.add(buffer.bytes.subarray(0, count));
    const incoming = this.#incoming;
    for (
      let size = incoming.nextSize;
      size !== undefined && incoming.rest >= size;
      size = incoming.nextSize
    ) {
      this.#answer(incoming.take(size).slice());
    }
    return true;
  }

  [Symbol.dispose](): void {
    this.#options.stream[Symbol.dispose]();
  }

  #answer(request: Uint8Array): void {
    const { random, share } = this.#options;
    const flags = flagsOf(request);
    if (sizeOf(request) !== request.length || (flags & NO_REPLY) !== 0) {
      return;
    }
    if ((flags & TYPE_MASK) !== TYPE_COMMAND) {
      return;
    }
    const command = commandOf(request);
    const { payload, fds } = plausibleReply(random, command, request.subarray(HEADER_SIZE));
    let reply = messageOf(command, payload, { id: idOf(request), flags: TYPE_REPLY });
    let given = fds;
    if (random.chance(command === 1 ? share / 4 : share)) {
      [reply, given] = this.#spoil(reply, fds);
    }
    if (random.chance(share / 3)) {
      this.#interrupt();
    }
    this.#send(reply, given);
    if (random.chance(share / 10)) {
      this.#options.stream.shutdown();
    }
  }

  #spoil(
    reply: Uint8Array,
    fds: readonly DescriptorKind[],
  ): [Uint8Array, readonly DescriptorKind[]] {
    const { random } = this.#options;
    switch (random.below(8)) {
      case 0: {
        const errno = random.pick([0, 1, 22, 133, 4095, 4096, 0xffff_ffff]);
        const flags = TYPE_REPLY | ERROR;
        return [
          messageOf(commandOf(reply), new Uint8Array(0), { id: idOf(reply), flags, errno }),
          [],
        ];
      }
      case 1:
        return [reply, Array.from({ length: random.between(1, 20) }, () => random.pick(kinds))];
      case 2:
        return [reply, []];
      case 3:
        return [new Uint8Array(0), []];
      default:
        return [mutateMessage(random, reply), fds];
    }
  }

  /** A command of the server's own, good or bad, or noise. */
  #interrupt(): void {
    const { random } = this.#options;
    const command = random.pick([11, 12, 12, 9, 99]);
    const count = random.pick([0n, 1n, 64n, 4096n, 0x2_0000n, 2n ** 32n, 2n ** 64n - 1n]);
    const address = random.pick([0n, 0x1000n, 0x1ff0n, 0x2000n, 2n ** 64n - 16n]);
    const data = new Uint8Array(command === 12 && count <= 4096n ? Number(count) : 0);
    const message = messageOf(command, payloadOf(address, count, data), { id: random.below(8) });
    this.#send(random.chance(30) ? mutateMessage(random, message) : message, []);
  }

  #send(bytes: Uint8Array, given: readonly DescriptorKind[]): void {
    const { stream, buffer, kit } = this.#options;
    if (bytes.length === 0 || bytes.length > buffer.size) {
      return;
    }
    buffer.bytes.set(bytes);
    try {
      stream.send(
        buffer,
        0,
        bytes.length,
        given.map((kind) => kit.fdOf(kind, stream.fd)),
      );
      this.sent++;
    } catch (error) {
      // The client has given up.
      if (!MdevError.is(error)) {
        throw error;
      }
      this.ended = true;
    }
  }
}
