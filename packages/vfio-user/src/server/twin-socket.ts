import type { UnixStream } from '@mdevkit/linux';
import { Incoming, Outgoing, type IncomingOptions } from '../wire/index.js';

/** Replies that one call takes before it lets others run. */
const MOST_REPLIES = 64;

/** The socket that a session has for DMA messages alone. */
export class TwinSocket implements Disposable {
  readonly outgoing: Outgoing;
  readonly incoming: Incoming;
  readonly #stream: UnixStream;

  constructor(stream: UnixStream, options: IncomingOptions & { readonly maxQueued: number }) {
    this.#stream = stream;
    this.incoming = new Incoming(stream, options);
    this.outgoing = Outgoing.on(stream, {
      maxPayload: options.maxMessage,
      maxQueued: options.maxQueued,
    });
  }

  get fd(): number {
    return this.#stream.fd;
  }

  /** Gives every reply that is here to `take`. False if the client has broken the rules, or is gone. */
  drain(take: (incoming: Incoming) => void): boolean {
    const { incoming } = this;
    for (let count = 0; count < MOST_REPLIES; count++) {
      this.outgoing.flush();
      if (!incoming.next()) {
        return !incoming.ended && this.outgoing.failed === undefined;
      }
      // A client sends nothing but replies here.
      if (incoming.malformed !== undefined || !incoming.isReply) {
        return false;
      }
      take(incoming);
    }
    return true;
  }

  /** Blocks until something can be done. False after `timeoutMs`. */
  wait(timeoutMs: number): boolean {
    return this.#stream.wait(true, this.outgoing.queued > 0, Math.ceil(timeoutMs));
  }

  [Symbol.dispose](): void {
    this.outgoing[Symbol.dispose]();
    this.incoming[Symbol.dispose]();
    this.#stream[Symbol.dispose]();
  }
}
