import { closeAll, type Incoming, type Malformed } from '../wire/index.js';
import type { CommandBytes, Kept } from './answer.js';

/** A command that has to wait, as a copy; or what is none, and waits to be refused. */
export class QueuedCommand implements CommandBytes, Disposable {
  readonly id: number;
  readonly command: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly malformed: Malformed | undefined;
  readonly #fds: number[];

  /** `bytes` are the payload, and a copy; descriptors are owned from here on. */
  constructor(
    id: number,
    command: number,
    flags: number,
    bytes: Uint8Array,
    fds: number[],
    malformed?: Malformed,
  ) {
    this.id = id;
    this.command = command;
    this.flags = flags;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.malformed = malformed;
    this.#fds = fds;
  }

  /** The current message, whose descriptors it takes over. */
  static from(incoming: Incoming): QueuedCommand {
    const { id, command, flags, at, length, malformed } = incoming;
    const end = malformed === undefined ? at + length : at;
    const bytes = incoming.bytes.slice(at, end);
    return new QueuedCommand(id, command, flags, bytes, incoming.takeDescriptors(), malformed);
  }

  get descriptorCount(): number {
    return this.#fds.length;
  }

  takeDescriptors(): number[] {
    return this.#fds.splice(0);
  }

  /** Nobody else has the copy. */
  keep(): Kept {
    return kept;
  }

  [Symbol.dispose](): void {
    closeAll(this.takeDescriptors());
  }
}

const kept: Kept = { forfeit: () => undefined, [Symbol.dispose]: () => undefined };

/** Bytes that a command costs besides its payload. */
const OVERHEAD = 256;
/** Descriptors of all that wait: a process has only so many. */
const MOST_DESCRIPTORS = 256;
/** So many commands may be over before the array is cut. */
const MOST_TAKEN = 1024;

/** Commands that came while another one was carried out, in order; bounded in number and bytes. */
export class CommandQueue implements Disposable {
  readonly #maxCommands: number;
  readonly #maxBytes: number;
  #commands: QueuedCommand[] = [];
  #next = 0;
  #bytes = 0;
  #descriptors = 0;

  constructor(maxCommands: number, maxBytes: number) {
    this.#maxCommands = maxCommands;
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#commands.length - this.#next;
  }

  /** No more is to be read from the client. */
  get isFull(): boolean {
    return (
      this.length >= this.#maxCommands ||
      this.#bytes >= this.#maxBytes ||
      this.#descriptors >= MOST_DESCRIPTORS
    );
  }

  add(command: QueuedCommand): void {
    this.#commands.push(command);
    this.#bytes += command.bytes.length + OVERHEAD;
    this.#descriptors += command.descriptorCount;
  }

  take(): QueuedCommand | undefined {
    const command = this.#commands[this.#next];
    if (command !== undefined) {
      this.#next++;
      this.#bytes -= command.bytes.length + OVERHEAD;
      this.#descriptors -= command.descriptorCount;
      if (this.length === 0 || this.#next >= MOST_TAKEN) {
        this.#commands = this.#commands.slice(this.#next);
        this.#next = 0;
      }
    }
    return command;
  }

  [Symbol.dispose](): void {
    for (let command = this.take(); command !== undefined; command = this.take()) {
      command[Symbol.dispose]();
    }
  }
}
