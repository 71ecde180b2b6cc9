import type { Clock, Iova, Logger, MdevError } from '@mdevkit/core';
import { VFIO_USER_DMA_READ, VFIO_USER_DMA_WRITE, VFIO_USER_ERROR } from '@mdevkit/uapi';
import { failure, type VfioUserReason } from '../errors/index.js';
import { commandName } from '../protocol/index.js';
import { DMA_COUNT, DMA_DATA, type Incoming, type Outgoing } from '../wire/index.js';
import { FIXED_WITH_SHORT_COUNT, putAddress, refused } from './dma-payload.js';
import { DmaTransfer, type DmaPiece } from './dma-transfer.js';
import type { LimitedLog } from './limited-log.js';
import type { TwinSocket } from './twin-socket.js';

/** Transfers that wait for their turn. */
const MOST_WAITING = 1024;
/** Bytes for the socket beyond which no further message is made: a client may be slow without being cut off. */
const ENOUGH_QUEUED = 256 * 1024;
/** Ids without a reply; a client that never answers must not use them all up. */
const MOST_UNANSWERED = 0x8000;
/** Receives before a thread that waits is put to sleep: an answer of a busy peer takes a few microseconds. */
const SPINS = 100;

export interface DmaMessengerOptions {
  readonly outgoing: Outgoing;
  /** Bytes of data that the client takes with one message. */
  readonly maxTransfer: number;
  readonly maxInFlight: number;
  /** Milliseconds until a transfer is given up. */
  readonly deadlineMs: number;
  /** The same of one that this thread waits for, while the client waits for others. */
  readonly blockMs: number;
  /** The client answers such messages at all. */
  readonly usable: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly log: LimitedLog;
  readonly twin: TwinSocket | undefined;
  /** Called when a message has to wait for the socket. */
  readonly onQueued: () => void;
  /** Waiting for the client cannot wait for this process. */
  readonly canBlock: boolean;
}

/**
 * Accesses to the client's memory by messages: DMA_READ and DMA_WRITE. A transfer is cut into pieces that the client
 * takes; several are under way at once, and replies are told apart by their id alone.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU), VFIO_USER_DMA_READ, VFIO_USER_DMA_WRITE.
 */
export class DmaMessenger {
  readonly #options: DmaMessengerOptions;
  readonly #waiting: DmaTransfer[] = [];
  /** Undefined: of a transfer that has failed, whose bytes are not kept for a client that does not answer. */
  readonly #unanswered = new Map<number, DmaPiece | undefined>();
  readonly #transfers = new Set<DmaTransfer>();
  #inFlight = 0;
  #id = 0;
  #canBlock: boolean;
  #refusal: VfioUserReason | undefined;

  constructor(options: DmaMessengerOptions) {
    this.#options = options;
    this.#canBlock = options.canBlock;
    this.#refusal = options.usable ? undefined : 'vfio-user.dma-unusable';
  }

  /**
   * Whether {@link DmaMessenger.readSync} and {@link DmaMessenger.writeSync} can be used. A client that was late once is
   * not waited for again: it would stop this process as often as the device accesses memory.
   */
  get canBlock(): boolean {
    return this.#canBlock;
  }

  /**
   * Fills `into` from the client's memory, which must stay untouched until then. Rejects with EIO
   * `vfio-user.dma-unusable`, `vfio-user.dma-failed` (the client's errno), `vfio-user.dma-reply`, ETIMEDOUT
   * `vfio-user.dma-late`, EBUSY `vfio-user.dma-crowded`, ENODEV `vfio-user.session-over`.
   */
  read(iova: Iova, into: Uint8Array): Promise<void> {
    return this.#start(VFIO_USER_DMA_READ, iova, into);
  }

  /** Stores `from`, which must stay as it is until then. Rejects as {@link DmaMessenger.read}. */
  write(iova: Iova, from: Uint8Array): Promise<void> {
    return this.#start(VFIO_USER_DMA_WRITE, iova, from);
  }

  /**
   * As {@link DmaMessenger.read}, but waits here: nothing else runs in this process meanwhile. Throws what that rejects
   * with, and EOPNOTSUPP `vfio-user.dma-would-block` unless {@link DmaMessenger.canBlock}.
   */
  readSync(iova: Iova, into: Uint8Array): void {
    this.#block(VFIO_USER_DMA_READ, iova, into);
  }

  /** The write side of {@link DmaMessenger.readSync}. */
  writeSync(iova: Iova, from: Uint8Array): void {
    this.#block(VFIO_USER_DMA_WRITE, iova, from);
  }

  /**
   * Gives up the transfers that begin in a range, with EFAULT `vfio-user.memory-gone`: what was not sent of them is
   * never sent.
   */
  withdraw(iova: Iova, size: number): void {
    const start = BigInt(iova);
    const end = start + BigInt(size);
    for (const transfer of [...this.#transfers]) {
      const at = BigInt(transfer.iova);
      if (at >= start && at < end) {
        this.#fail(transfer, failure('vfio-user.memory-gone', { iova }));
      }
    }
    this.#pump();
  }

  /** Takes the reply that is current in `incoming`. */
  take(incoming: Incoming): void {
    const { id } = incoming;
    const piece = this.#unanswered.get(id);
    if (!this.#unanswered.delete(id)) {
      this.#options.log.warn('the client answered a message that was never sent', {
        id,
        command: commandName(incoming.command),
      });
      return;
    }
    if (piece === undefined) {
      return;
    }
    const { transfer } = piece;
    this.#inFlight--;
    const error = this.#judge(incoming, piece);
    if (error === undefined) {
      transfer.advance(piece.length);
      if (transfer.isOver()) {
        this.#transfers.delete(transfer);
      }
    } else {
      this.#fail(transfer, error);
    }
    this.#pump();
  }

  /** Takes what came on the twin socket. False if the session cannot go on. */
  drain(): boolean {
    return this.#options.twin?.drain(this.#take) ?? true;
  }

  /** The client is gone: everything that waits rejects, and so does everything later. */
  close(): void {
    this.#refusal = 'vfio-user.session-over';
    this.#failAll(failure('vfio-user.session-over'));
    this.#unanswered.clear();
    this.#inFlight = 0;
  }

  readonly #take = (incoming: Incoming): void => {
    this.take(incoming);
  };

  #start(command: number, iova: Iova, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (bytes.length === 0) {
        resolve();
        return;
      }
      this.#begin(command, iova, bytes, (error) => {
        if (error === undefined) {
          resolve();
        } else {
          reject(error);
        }
      });
    });
  }

  #begin(
    command: number,
    iova: Iova,
    bytes: Uint8Array,
    settle: (error: MdevError | undefined) => void,
  ): DmaTransfer {
    if (this.#refusal !== undefined) {
      throw failure(this.#refusal);
    }
    if (this.#waiting.length >= MOST_WAITING || this.#unanswered.size >= MOST_UNANSWERED) {
      throw failure('vfio-user.dma-crowded', { waiting: this.#waiting.length });
    }
    const { clock, deadlineMs } = this.#options;
    const transfer = new DmaTransfer(command, iova, bytes, settle);
    transfer.deadline = clock.schedule(deadlineMs, () => {
      this.#fail(transfer, failure('vfio-user.dma-late', { command: commandName(command) }));
      this.#pump();
    });
    this.#transfers.add(transfer);
    this.#waiting.push(transfer);
    this.#pump();
    return transfer;
  }

  #block(command: number, iova: Iova, bytes: Uint8Array): void {
    const { twin } = this.#options;
    if (!this.#canBlock || twin === undefined) {
      throw failure('vfio-user.dma-would-block');
    }
    if (bytes.length === 0) {
      return;
    }
    let answer: MdevError | undefined;
    const transfer = this.#begin(command, iova, bytes, (error) => {
      answer = error;
    });
    this.#wait(twin, transfer);
    if (answer !== undefined) {
      throw answer;
    }
  }

  #wait(twin: TwinSocket, transfer: DmaTransfer): void {
    const { clock, blockMs } = this.#options;
    const end = clock.now() + blockMs;
    for (let spins = 0; !transfer.isOver(); spins++) {
      if (!twin.drain(this.#take)) {
        // The session ends as soon as it looks at the socket again.
        this.close();
      } else if (spins >= SPINS && !transfer.isOver()) {
        // Whatever else the client keeps sending: only the answer counts.
        const left = end - clock.now();
        if (left <= 0 || !twin.wait(left)) {
          this.#canBlock = false;
          const command = commandName(transfer.command);
          this.#fail(transfer, failure('vfio-user.dma-late', { command }));
        }
      }
    }
  }

  /** Sends as many pieces as may be under way. */
  #pump(): void {
    const { maxTransfer } = this.#options;
    let transfer = this.#waiting[0];
    while (transfer !== undefined && this.#mayGoOn()) {
      const length = Math.min(maxTransfer, transfer.bytes.length - transfer.asked);
      if (!transfer.isOver()) {
        this.#send(transfer, length);
      }
      if (transfer.isOver() || transfer.asked === transfer.bytes.length) {
        this.#waiting.shift();
      }
      transfer = this.#waiting[0];
    }
  }

  /** Each reply asks again, so one message has to be under way in any case. */
  #mayGoOn(): boolean {
    const { maxInFlight, outgoing } = this.#options;
    return (
      this.#inFlight === 0 || (this.#inFlight < maxInFlight && outgoing.queued < ENOUGH_QUEUED)
    );
  }

  #send(transfer: DmaTransfer, length: number): void {
    const { outgoing, onQueued } = this.#options;
    const id = this.#nextId();
    const at = transfer.asked;
    const { payload } = outgoing;
    putAddress(payload, transfer.iova, at);
    payload.setUint32(DMA_COUNT, length, true);
    payload.setUint32(DMA_COUNT + 4, 0, true);
    const isWrite = transfer.command === VFIO_USER_DMA_WRITE;
    if (isWrite) {
      outgoing.bytes.set(transfer.bytes.subarray(at, at + length), DMA_DATA);
    }
    this.#unanswered.set(id, { transfer, at, length });
    this.#inFlight++;
    transfer.asked += length;
    outgoing.command(id, transfer.command, isWrite ? DMA_DATA + length : DMA_DATA);
    if (outgoing.queued > 0) {
      onQueued();
    }
  }

  #nextId(): number {
    do {
      this.#id = (this.#id + 1) & 0xffff;
    } while (this.#unanswered.has(this.#id));
    return this.#id;
  }

  /** Looks at a reply, and takes its data. */
  #judge(incoming: Incoming, { transfer, at, length }: DmaPiece): MdevError | undefined {
    const details = { command: commandName(transfer.command), length };
    if ((incoming.flags & VFIO_USER_ERROR) !== 0) {
      return refused(incoming.errno, details);
    }
    const expected = transfer.command === VFIO_USER_DMA_READ ? DMA_DATA + length : DMA_DATA;
    const short = transfer.command === VFIO_USER_DMA_READ ? FIXED_WITH_SHORT_COUNT + length : 0;
    if (incoming.length === short) {
      return this.#giveUp();
    }
    const count =
      incoming.length < DMA_DATA ? 0 : incoming.view.getUint32(incoming.at + DMA_COUNT, true);
    if (incoming.length !== expected || count !== length) {
      return failure('vfio-user.dma-reply', { ...details, count, size: incoming.length });
    }
    if (transfer.command === VFIO_USER_DMA_READ) {
      const from = incoming.at + DMA_DATA;
      transfer.bytes.set(incoming.bytes.subarray(from, from + length), at);
    }
    return undefined;
  }

  /** The client does it wrong, and would go on doing so: wrong data may have been stored already. */
  #giveUp(): MdevError {
    this.#refusal = 'vfio-user.dma-unusable';
    this.#options.logger.error(
      'DMA by messages does not work with this client (QEMU 10): give the guest memory that can be shared',
    );
    const error = failure('vfio-user.dma-unusable');
    this.#failAll(error);
    return error;
  }

  #failAll(error: MdevError): void {
    for (const transfer of [...this.#transfers]) {
      this.#fail(transfer, error);
    }
    this.#waiting.length = 0;
  }

  #fail(transfer: DmaTransfer, error: MdevError): void {
    if (this.#transfers.delete(transfer)) {
      for (const [id, piece] of this.#unanswered) {
        if (piece?.transfer === transfer) {
          // Its reply is still expected, and not waited for.
          this.#unanswered.set(id, undefined);
          this.#inFlight--;
        }
      }
      transfer.end(error);
    }
  }
}
