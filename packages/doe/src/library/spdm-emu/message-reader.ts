import { EMU_HEADER_SIZE, EMU_TRANSPORT_PCI_DOE, type EmuMessage } from './framing.js';

interface Header {
  readonly command: number;
  readonly size: number;
}

/** Bytes at the beginning; it grows with what comes, not with what a header promises. */
const FIRST_ROOM = 4096;

/**
 * Cuts what a client sends into messages. Holds one message and what came with its last piece, however small the pieces are.
 */
export class MessageReader {
  readonly #largest: number;
  #room = new Uint8Array(FIRST_ROOM);
  #start = 0;
  #end = 0;
  #header: Header | undefined;

  /** `largest`: bytes of a payload. */
  constructor(largest: number) {
    this.#largest = largest;
  }

  /** Nothing of a message has come that was not taken. */
  get isEmpty(): boolean {
    return this.#start === this.#end && this.#header === undefined;
  }

  push(piece: Uint8Array): void {
    if (this.#end + piece.length > this.#room.length) {
      this.#makeRoom(piece.length);
    }
    this.#room.set(piece, this.#end);
    this.#end += piece.length;
  }

  /**
   * The next whole message, if there is one; its payload is a copy. `'refused'` when what came is no message of this transport, or too
   * large: nothing that follows can be understood.
   */
  take(): EmuMessage | 'refused' | undefined {
    const header = this.#header ?? this.#takeHeader();
    if (header === undefined) {
      return undefined;
    }
    if (header.size > this.#largest) {
      return 'refused';
    }
    this.#header = header;
    const payload = this.#cut(header.size);
    if (payload === undefined) {
      return undefined;
    }
    this.#header = undefined;
    return { command: header.command, payload };
  }

  /** A message of another transport is as good as one that is too large. */
  #takeHeader(): Header | undefined {
    const bytes = this.#cut(EMU_HEADER_SIZE);
    if (bytes === undefined) {
      return undefined;
    }
    const view = new DataView(bytes.buffer);
    const isOurs = view.getUint32(4) === EMU_TRANSPORT_PCI_DOE;
    return { command: view.getUint32(0), size: isOurs ? view.getUint32(8) : Infinity };
  }

  #cut(size: number): Uint8Array<ArrayBuffer> | undefined {
    if (this.#end - this.#start < size) {
      return undefined;
    }
    this.#start += size;
    return this.#room.slice(this.#start - size, this.#start);
  }

  #makeRoom(more: number): void {
    const held = this.#room.subarray(this.#start, this.#end);
    const needed = held.length + more;
    if (needed > this.#room.length) {
      this.#room = new Uint8Array(Math.max(2 * this.#room.length, needed));
    }
    this.#room.set(held);
    this.#start = 0;
    this.#end = held.length;
  }
}
