import { closeSync } from 'node:fs';
import { isSocket, NativeBuffer, type UnixStream } from '@mdevkit/linux';
import { DESCRIPTORS, ERRNO, HEADER_SIZE, ID, SIZE, TYPE } from './frame.js';

/** Room for what comes behind the largest frame. */
const SPARE_ROOM = 4096;
/** So often one `next` asks the socket: a peer that sends byte by byte must not keep it for ever. */
const MOST_RECEIVES = 64;
/** Stands for a descriptor that was closed at once, because it is a socket of a stranger. */
export const REFUSED = -1;

/** What a reader needs of a stream. */
export type FrameSource = Pick<
  UnixStream,
  'receive' | 'hasDescriptors' | 'descriptorsTruncated' | 'takeDescriptors'
>;

export interface FrameReaderOptions {
  /** Bytes of the largest frame, header included. */
  readonly maxFrame: number;
  /** The most descriptors of one frame. */
  readonly maxDescriptors: number;
  /**
   * Which sockets are taken; others become {@link REFUSED}. A peer could send its own end, and its departure would not be
   * seen. Default: none.
   */
  readonly takesSocket?: (fd: number) => boolean;
}

/**
 * Why a stream cannot be followed any more: a size that no frame has, more descriptors than one may have, or other ones
 * than the frame says.
 */
export type FrameProblem = 'size' | 'too-large' | 'descriptors';

/**
 * Takes frames from a stream and shows one at a time in its fields; nothing is allocated for one without descriptors. The
 * stream stays the caller's.
 */
export class FrameReader implements Disposable {
  id = 0;
  /** With the bit of a reply. */
  type = 0;
  errno = 0;
  /** Where the payload begins in {@link FrameReader.bytes}; valid until the next `next` or `fill`. */
  at = 0;
  /** Bytes of the payload. */
  length = 0;
  /** Descriptors of the frame got lost, because this process may not open more; the others are closed. */
  lost = false;
  /** Set once: there is no next frame. */
  problem: FrameProblem | undefined;
  /** The peer is gone, or the socket failed. */
  ended = false;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #stream: FrameSource;
  readonly #buffer: NativeBuffer;
  readonly #maxFrame: number;
  readonly #maxDescriptors: number;
  readonly #takesSocket: (fd: number) => boolean;
  #start = 0;
  #end = 0;
  /** That came and belong to frames which have not been shown. */
  readonly #waiting: number[] = [];
  /** Those of the frame that is shown. */
  readonly #fds: number[] = [];
  /** Where the receive ended whose descriptors got lost. */
  #lostAt: number | undefined;

  constructor(stream: FrameSource, options: FrameReaderOptions) {
    this.#stream = stream;
    this.#maxFrame = options.maxFrame;
    this.#maxDescriptors = options.maxDescriptors;
    this.#takesSocket = options.takesSocket ?? (() => false);
    this.#buffer = NativeBuffer.allocate(options.maxFrame + SPARE_ROOM);
    this.bytes = this.#buffer.bytes;
    this.view = this.#buffer.view;
  }

  /** Whether a whole frame is here, so that no socket tells of it. */
  get hasFrame(): boolean {
    const available = this.#end - this.#start;
    return (
      this.problem === undefined &&
      available >= HEADER_SIZE &&
      this.view.getUint32(this.#start + SIZE, true) <= available
    );
  }

  /** The type of the frame that `next` would show; undefined if it is not whole yet. */
  get nextType(): number | undefined {
    return this.hasFrame ? this.view.getUint16(this.#start + TYPE, true) : undefined;
  }

  /** Shows the next whole frame. False if there is none yet, or will be none. Never blocks. */
  next(): boolean {
    this.#dropTaken();
    for (let receives = 0; receives < MOST_RECEIVES; receives++) {
      if (this.#parse()) {
        return true;
      }
      if (this.problem !== undefined || !this.#receive()) {
        return false;
      }
    }
    return this.#parse();
  }

  /** As much has been received without being shown as may be: the bytes of a frame, or more descriptors than one has. */
  get isFull(): boolean {
    return this.#end - this.#start >= this.#maxFrame || this.#waiting.length > this.#maxDescriptors;
  }

  /**
   * Receives what there is without showing anything, until it is full: a socket that nobody reads may hold its own other
   * end, which is not seen to be closed then.
   */
  fill(): void {
    for (let receives = 0; receives < MOST_RECEIVES; receives++) {
      if (this.isFull || this.problem !== undefined || !this.#receive()) {
        return;
      }
    }
  }

  /** The frame has descriptors that nobody has taken. */
  get hasDescriptors(): boolean {
    return this.#fds.length > 0;
  }

  /** Descriptors of the frame, which the caller closes from now on; what is not taken is closed by `next`. */
  takeDescriptors(): number[] {
    return this.#fds.splice(0);
  }

  [Symbol.dispose](): void {
    this.ended = true;
    this.#start = this.#end;
    this.#dropTaken();
    closeAll(this.#waiting.splice(0));
    this.#buffer[Symbol.dispose]();
  }

  #dropTaken(): void {
    if (this.#fds.length > 0) {
      closeAll(this.#fds.splice(0));
    }
  }

  #parse(): boolean {
    const start = this.#start;
    const available = this.#end - start;
    if (available < HEADER_SIZE || this.problem !== undefined) {
      return false;
    }
    const view = this.view;
    const size = view.getUint32(start + SIZE, true);
    if (size < HEADER_SIZE || size > this.#maxFrame) {
      this.problem = size < HEADER_SIZE ? 'size' : 'too-large';
      return false;
    }
    if (available < size) {
      return false;
    }
    this.id = view.getUint32(start + ID, true);
    this.type = view.getUint16(start + TYPE, true);
    this.errno = view.getUint32(start + ERRNO, true);
    this.at = start + HEADER_SIZE;
    this.length = size - HEADER_SIZE;
    this.lost = false;
    this.#start = start + size;
    return this.#claim(view.getUint16(start + DESCRIPTORS, true));
  }

  /** The descriptors of the frame that was just parsed. False if they are not those that it says. */
  #claim(count: number): boolean {
    if (this.#lostAt !== undefined && this.#lostAt <= this.#start) {
      this.#lostAt = undefined;
      this.lost = true;
      closeAll(this.#waiting.splice(0));
    } else if (count > this.#waiting.length || count > this.#maxDescriptors) {
      this.problem = 'descriptors';
    } else if (count > 0) {
      this.#fds.push(...this.#waiting.splice(0, count));
    }
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
      if (this.#waiting.length > 0) {
        this.problem = 'descriptors';
      }
    }
    return this.problem === undefined;
  }

  #receive(): boolean {
    if (this.ended) {
      return false;
    }
    if (this.#end === this.#buffer.size) {
      this.#compact();
    }
    let count: number;
    try {
      count = this.#stream.receive(this.#buffer, this.#end, this.#buffer.size - this.#end);
    } catch {
      count = 0;
    }
    if (count > 0) {
      this.#end += count;
      if (this.#stream.hasDescriptors || this.#stream.descriptorsTruncated) {
        this.#keepDescriptors();
      }
      return true;
    }
    this.ended = count === 0;
    return false;
  }

  /** At once, before the frame is whole: it may never be. */
  #keepDescriptors(): void {
    if (this.#stream.descriptorsTruncated) {
      this.#lostAt = this.#end;
    }
    for (const fd of this.#stream.takeDescriptors()) {
      if (isSocket(fd) && !this.#takesSocket(fd)) {
        closeSync(fd);
        this.#waiting.push(REFUSED);
      } else {
        this.#waiting.push(fd);
      }
    }
    // Those of whole frames are counted when they are shown.
    if (this.#waiting.length > this.#maxDescriptors && !this.hasFrame) {
      this.problem = 'descriptors';
    }
  }

  #compact(): void {
    this.bytes.copyWithin(0, this.#start, this.#end);
    if (this.#lostAt !== undefined) {
      this.#lostAt -= this.#start;
    }
    this.#end -= this.#start;
    this.#start = 0;
  }
}

/** Closes descriptors that nobody takes. */
export function closeAll(fds: readonly number[]): void {
  for (const fd of fds) {
    if (fd !== REFUSED) {
      closeSync(fd);
    }
  }
}
