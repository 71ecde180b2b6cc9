import { trackDisposable, trackReleased, type Clock, type Logger } from '@mdevkit/core';
import {
  isSameUser,
  Patience,
  UnixListener,
  watch,
  type UnixStream,
  type Watch,
} from '@mdevkit/linux';
import { failure } from '../errors.js';
import {
  encodeError,
  FrameType,
  FrameWriter,
  HEADER_SIZE,
  MAX_GREETING,
  REPLY,
  SendRoom,
  type Greeting,
} from '../wire/index.js';
import { asError } from './as-error.js';
import { ClientConnection } from './client-connection.js';
import { ControlSession } from './control-session.js';
import { DescriptorStreams } from './descriptor-streams.js';
import { controlLimits, type ControlLimits } from './limits.js';
import {
  clockOf,
  loggerOf,
  planeOf,
  type ControlServerOptions,
  type ServedControl,
} from './options.js';
import type { ServedPlane } from './plane.js';

/** Peers that are accepted in one turn of the event loop. */
const MOST_ACCEPTS = 16;
/** Milliseconds without accepting after this process could not. */
const PAUSE_MS = 1000;

/**
 * Serves the control plane of one device on a socket, to many clients at once, each with objects of its own. The event loop
 * drives it. It does not own the device: while that is closed nobody can connect, and who is connected is answered EIO.
 *
 * Source: docs/reference/control-wire.md.
 *
 * @example
 * await using server = ControlServer.listen(endpoint, { path: '/run/accel0.control' });
 */
export class ControlServer implements AsyncDisposable {
  readonly #plane: ServedPlane;
  readonly #limits: ControlLimits;
  readonly #options: ControlServerOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #listener: UnixListener;
  readonly #watch: Watch;
  readonly #room: SendRoom;
  readonly #streams: DescriptorStreams;
  readonly #connections = new Set<ClientConnection>();
  /** Clients that are gone and whose objects are being destroyed. */
  readonly #leaving = new Set<Promise<void>>();
  #pause: Disposable | undefined;
  #closing: Promise<void> | undefined;

  private constructor(plane: ServedPlane, options: ControlServerOptions) {
    this.#plane = plane;
    this.#options = options;
    this.#clock = clockOf(options);
    this.#logger = loggerOf(options).child({ socket: options.path });
    this.#limits = controlLimits(options.limits);
    // A wrong number is told now, not to the first client.
    Patience.check(options.polling);
    this.#streams = new DescriptorStreams(this.#limits, this.#logger);
    this.#room = new SendRoom(HEADER_SIZE + Math.max(this.#limits.maxMessage, MAX_GREETING));
    try {
      this.#listener = UnixListener.listen(options.path, options);
    } catch (error) {
      this.#room[Symbol.dispose]();
      throw error;
    }
    this.#watch = watch(this.#listener.fd, { readable: true }, () => {
      this.#acceptSome();
    });
    trackDisposable(this);
  }

  /** Makes the socket. Throws RangeError for limits that are out of range, and what `UnixListener.listen` throws. */
  static listen(served: ServedControl, options: ControlServerOptions): ControlServer {
    return new ControlServer(planeOf(served), options);
  }

  get path(): string {
    return this.#listener.path;
  }

  /** Clients that are connected now. */
  get clients(): number {
    return this.#connections.size;
  }

  /** Descriptor objects that clients have now, also those of clients that are gone whose descriptors somebody has. */
  get descriptors(): number {
    return this.#streams.count;
  }

  /** Ends every client, destroys what they have, and removes the socket. Idempotent; never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #acceptSome(): void {
    for (let count = 0; count < MOST_ACCEPTS; count++) {
      let stream: UnixStream | undefined;
      try {
        stream = this.#listener.accept();
      } catch (error) {
        this.#pauseListener(error);
        return;
      }
      if (stream === undefined || this.#closing !== undefined) {
        stream?.[Symbol.dispose]();
        return;
      }
      this.#admit(stream);
    }
  }

  #admit(stream: UnixStream): void {
    try {
      if (this.#isAllowed(stream)) {
        this.#begin(stream);
      } else {
        stream[Symbol.dispose]();
      }
    } catch (error) {
      this.#logger.warn('a client is turned away', { error });
      this.#turnAway(stream, error);
      stream[Symbol.dispose]();
    }
  }

  #isAllowed(stream: UnixStream): boolean {
    const { peer } = stream;
    const isAllowed = (this.#options.allowPeer ?? isSameUser)(peer);
    if (!isAllowed) {
      this.#logger.warn('a peer may not be a client', { ...peer });
    }
    return isAllowed;
  }

  #begin(stream: UnixStream): void {
    const { maxClients, maxDescriptors } = this.#limits;
    if (this.#connections.size >= maxClients) {
      throw failure('control.crowded', { clients: maxClients });
    }
    const file = this.#plane.open();
    const session = new ControlSession(file, this.#streams, maxDescriptors);
    try {
      const connection = new ClientConnection({
        stream,
        session,
        greeting: this.#greeting(file.maxMessage),
        room: this.#room,
        maxUnread: this.#limits.maxUnread,
        patience: new Patience(this.#options.polling),
        logger: this.#logger,
        onEnd: (ended) => {
          this.#connectionEnded(ended);
        },
      });
      this.#connections.add(connection);
    } catch (error) {
      this.#wait(session.close());
      throw error;
    }
  }

  #greeting(largest: number): Greeting {
    const { driverName: driver = '', driverId } = this.#plane;
    const { maxMessage, maxDescriptors } = this.#limits;
    return { driver, driverId, maxMessage: Math.min(maxMessage, largest), maxDescriptors };
  }

  /** Instead of a greeting the client is told why it gets none. */
  #turnAway(stream: UnixStream, error: unknown): void {
    const told = asError(error, this.#logger);
    using writer = new FrameWriter(stream, this.#room);
    writer.send(FrameType.greeting | REPLY, 0, told.errno, encodeError(told));
  }

  /** This process has no descriptor for a client: the peer is still there, and the loop would spin. */
  #pauseListener(error: unknown): void {
    this.#logger.error('a client cannot be accepted for a while', {
      error,
      milliseconds: PAUSE_MS,
    });
    this.#watch.update({});
    this.#pause = this.#clock.schedule(PAUSE_MS, () => {
      this.#watch.update({ readable: true });
    });
  }

  #connectionEnded(connection: ClientConnection): void {
    this.#connections.delete(connection);
    this.#wait(connection.closed);
  }

  #wait(closed: Promise<void>): void {
    const leaving = closed
      .catch((error: unknown) => {
        this.#logger.error('what a client had is not all destroyed', { error });
      })
      .finally(() => {
        this.#leaving.delete(leaving);
      });
    this.#leaving.add(leaving);
  }

  async #close(): Promise<void> {
    this.#pause?.[Symbol.dispose]();
    this.#watch[Symbol.dispose]();
    this.#listener[Symbol.dispose]();
    for (const connection of [...this.#connections]) {
      connection.end('server-closed');
    }
    await Promise.all(this.#leaving);
    await this.#streams.close();
    this.#room[Symbol.dispose]();
    trackReleased(this);
  }
}
