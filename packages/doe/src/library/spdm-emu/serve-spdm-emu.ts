import { silentLogger, SystemClock, type Clock, type Logger } from '@mdevkit/core';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { systemFailure } from '../access/index.js';
import type { DoeObjectExchange } from '../mailbox/index.js';
import { serveEmuClient, type EmuService } from './serve-client.js';
import { waitInLine } from './wait-in-line.js';

/** Options of {@link serveSpdmEmu}. */
export interface SpdmEmuOptions {
  /** TCP port; 0 for any that is free. spdm-emu's own is 2323. */
  readonly port: number;
  /** 127.0.0.1 by default: nobody has to say who he is. */
  readonly host?: string;
  readonly clock?: Clock;
  /** Told why a client got no response; silent by default. */
  readonly logger?: Logger;
  /**
   * How long a client may take to send a message, from its first bytes, and to take the answer, ms; 30 s by default. Between
   * messages it may be idle.
   */
  readonly messageMs?: number;
}

/** A bridge that listens. */
export interface SpdmEmuBridge extends AsyncDisposable {
  /** Where it listens. */
  readonly port: number;
  /** Ends it and its clients; an exchange with the device is cancelled. Idempotent. */
  close(): Promise<void>;
}

/** Clients that may wait for their turn; more are refused. */
const MOST_WAITING = 8;

/**
 * Lets programs that speak SPDM over the sockets of spdm-emu (`spdm_requester_emu --trans PCI_DOE`) reach a device: each data object
 * goes through `exchange` as it is, usually a `DoeMailbox`. One client is served at a time, in the order in which they came.
 *
 * The client is hostile: a message is at most as large as a data object, comes in time, and its answer is taken in time; what is
 * none ends the connection. A client that waits and leaves gives up its place.
 *
 * Rejects with `doe.bridge-listen` and the errno of the kernel (EADDRINUSE).
 *
 * Source: DMTF/spdm-emu spdm_emu/spdm_emu_common/command.h; see `EmuCommand`.
 */
export async function serveSpdmEmu(
  exchange: DoeObjectExchange,
  options: SpdmEmuOptions,
): Promise<SpdmEmuBridge> {
  const { port, host = '127.0.0.1', messageMs = 30_000 } = options;
  const { clock = new SystemClock(), logger = silentLogger } = options;
  const bridge = new Bridge({ exchange, clock, logger, messageMs });
  try {
    await bridge.listen(port, host);
  } catch (error) {
    throw systemFailure('doe.bridge-listen', { host, port }, error);
  }
  return bridge;
}

class Bridge implements SpdmEmuBridge {
  readonly #service: EmuService;
  readonly #server: Server;
  readonly #clients: Socket[] = [];
  #work: Promise<void> = Promise.resolve();
  #closed: Promise<unknown> | undefined;

  constructor(service: EmuService) {
    this.#service = service;
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
      this.#accept(socket);
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  async listen(port: number, host: string): Promise<void> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = once(this.#server, 'close');
      this.#server.close();
      for (const socket of this.#clients) {
        socket.destroy();
      }
    }
    await this.#closed;
    await this.#work;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #accept(socket: Socket): void {
    // Without a listener the error of a client would end the process.
    socket.on('error', () => undefined);
    if (this.#closed !== undefined || this.#clients.length > MOST_WAITING) {
      socket.destroy();
      return;
    }
    this.#clients.push(socket);
    socket.once('close', () => {
      this.#clients.splice(this.#clients.indexOf(socket), 1);
    });
    this.#work = this.#after(this.#work, socket, waitInLine(socket));
  }

  async #after(before: Promise<void>, socket: Socket, endWait: () => void): Promise<void> {
    await before;
    endWait();
    if (!socket.destroyed) {
      await serveEmuClient(socket, this.#service);
    }
  }
}
