import {
  Emitter,
  trackDisposable,
  trackReleased,
  type Clock,
  type Endpoint,
  type Logger,
} from '@mdevkit/core';
import {
  isSameUser,
  UnixListener,
  watch,
  type PeerCredentials,
  type UnixStream,
  type Watch,
} from '@mdevkit/linux';
import { Errno } from '@mdevkit/uapi';
import { serverLimits, type ServerLimits } from '../protocol/index.js';
import { commandTable } from './commands/index.js';
import type { CommandTable } from './context.js';
import { errorNumber } from './error-number.js';
import { SessionLoop } from './event-loop.js';
import { clockOf, loggerOf, type ServedDevice, type ServerOptions } from './options.js';
import { AdaptivePolling } from './polling.js';
import { Session } from './session.js';
import type { SessionInfo } from './session-info.js';
import { Progress, type DisconnectReason, type Step } from './step.js';

/** Peers that are turned away in one turn of the event loop. */
const MOST_ACCEPTS = 16;
/** Milliseconds without accepting after this process could not. */
const PAUSE_MS = 1000;

const IDLE: Step = { kind: 'idle' };

/**
 * Serves one device on a socket, to one client after another; others wait until it is gone. The device keeps its state
 * between them and loses everything that was the client's.
 *
 * It is driven by {@link VfioUserServer.run}, from the event loop; or in steps, by {@link VfioUserServer.acceptOne} and
 * {@link VfioUserServer.processOne}, which never wait, for tests and for programs with a loop of their own.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU).
 *
 * @example
 * await using server = VfioUserServer.listen(await host.attach(uuid), { path: '/run/accel0.sock' });
 * server.run();
 */
export class VfioUserServer implements AsyncDisposable {
  readonly #device: ServedDevice;
  readonly #endpoint: Endpoint;
  readonly #options: ServerOptions;
  readonly #limits: ServerLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #table: CommandTable;
  readonly #listener: UnixListener;
  readonly #events: ReturnType<Endpoint['events']['reader']>;
  readonly #polling: AdaptivePolling;
  readonly #connected: Emitter<SessionInfo>;
  readonly #disconnected: Emitter<DisconnectReason>;
  #session: Session | undefined;
  #loop: SessionLoop | undefined;
  #listenerWatch: Watch | undefined;
  #pause: Disposable | undefined;
  #isRunning = false;
  /** The device lets go of the last client. */
  #releasing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(device: ServedDevice, options: ServerOptions) {
    this.#device = device;
    this.#endpoint = device.endpoint;
    this.#options = options;
    this.#limits = serverLimits(options.limits);
    this.#clock = clockOf(options);
    this.#logger = loggerOf(options).child({ socket: options.path });
    this.#table = commandTable(options);
    this.#polling = new AdaptivePolling(this.#clock, options.polling);
    const onError = (error: unknown): void => {
      this.#logger.error('a listener of the server failed', { error });
    };
    this.#connected = new Emitter<SessionInfo>(onError);
    this.#disconnected = new Emitter<DisconnectReason>(onError);
    this.#listener = UnixListener.listen(options.path, options);
    this.#events = this.#endpoint.events.reader();
    trackDisposable(this);
    void this.#closeWithDevice();
  }

  /**
   * Makes the socket. Nothing is accepted yet.
   *
   * Throws RangeError for limits that are out of range, and what `UnixListener.listen` throws.
   */
  static listen(device: ServedDevice, options: ServerOptions): VfioUserServer {
    device.endpoint.requireOpen();
    return new VfioUserServer(device, options);
  }

  get path(): string {
    return this.#listener.path;
  }

  /** The client that is connected now. */
  get session(): SessionInfo | undefined {
    return this.#session?.info;
  }

  /** A peer has become the client; it has not said VERSION yet. */
  onSession(listener: (session: SessionInfo) => void): Disposable {
    return this.#connected.on(listener);
  }

  /** The client is gone, and the device has let go of it. */
  onDisconnect(listener: (reason: DisconnectReason) => void): Disposable {
    return this.#disconnected.on(listener);
  }

  /** Takes the next peer as the client: `accepted`, `refused`, or `idle` if there is none or nobody can be taken now. */
  acceptOne(): Step {
    if (!this.#isFree) {
      return IDLE;
    }
    let stream: UnixStream | undefined;
    try {
      stream = this.#listener.accept();
      return stream === undefined ? IDLE : this.#admit(stream);
    } catch (error) {
      stream?.[Symbol.dispose]();
      return { kind: 'refused', errno: errorNumber(error, this.#logger, 'accept') };
    }
  }

  /** Carries the next command of the client out, if one has come. */
  processOne(): Step {
    const session = this.#session;
    if (session === undefined) {
      return IDLE;
    }
    session.wake(this.#clock.now());
    switch (session.advance()) {
      case Progress.done:
        return { kind: 'done', command: session.command, errno: session.errno };
      case Progress.held:
        return { kind: 'held', command: session.command };
      case Progress.ended:
        this.#sessionEnded(session);
        return { kind: 'disconnected', reason: session.ended ?? 'closed' };
      case Progress.idle:
      case Progress.worked:
        return IDLE;
    }
  }

  /** From now on the event loop drives the server, until it is closed. */
  run(): void {
    if (this.#isRunning || this.#closing !== undefined) {
      return;
    }
    this.#isRunning = true;
    this.#listenerWatch = watch(this.#listener.fd, { readable: true }, () => {
      this.#acceptNext();
    });
    if (this.#session !== undefined) {
      this.#drive(this.#session);
    }
    this.#armListener();
  }

  /** Ends the session, removes the socket, and closes a device that is the server's. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Nobody is the client, and somebody may become it. */
  get #isFree(): boolean {
    return (
      this.#closing === undefined && this.#session === undefined && this.#releasing === undefined
    );
  }

  #admit(stream: UnixStream): Step {
    const peer = this.#allowed(stream);
    if (peer === undefined || !this.#isFree) {
      stream[Symbol.dispose]();
      return { kind: 'refused', errno: Errno.EACCES };
    }
    const session = new Session({
      stream,
      peer,
      endpoint: this.#endpoint,
      table: this.#table,
      limits: this.#limits,
      memory: this.#options.memory ?? 'safe',
      clock: this.#clock,
      logger: this.#logger,
      onReady: () => {
        this.#loop?.run();
      },
      onQueued: () => {
        this.#loop?.arm();
      },
    });
    this.#session = session;
    if (this.#isRunning) {
      this.#drive(session);
    }
    this.#connected.fire(session.info);
    return { kind: 'accepted' };
  }

  /** Who the peer is, unless it may not be a client. */
  #allowed(stream: UnixStream): PeerCredentials | undefined {
    try {
      const { peer } = stream;
      if ((this.#options.allowPeer ?? isSameUser)(peer)) {
        return peer;
      }
      this.#logger.warn('a peer may not be a client', { ...peer });
    } catch (error) {
      this.#logger.error('it is not known whether a peer may be a client', { error });
    }
    return undefined;
  }

  #acceptNext(): void {
    let step = this.acceptOne();
    for (let count = 1; step.kind === 'refused' && count < MOST_ACCEPTS; count++) {
      if (step.errno !== Errno.EACCES) {
        this.#pauseListener(step.errno);
        return;
      }
      step = this.acceptOne();
    }
    this.#armListener();
  }

  /** This process has no descriptor or memory for a client: the peer is still there, and the loop would spin. */
  #pauseListener(errno: number): void {
    this.#logger.error('a client cannot be accepted for a while', {
      errno,
      milliseconds: PAUSE_MS,
    });
    this.#listenerWatch?.update({});
    this.#pause = this.#clock.schedule(PAUSE_MS, () => {
      this.#armListener();
    });
  }

  /** Peers wait in the backlog while there is a client. */
  #armListener(): void {
    const readable = this.#session === undefined && this.#releasing === undefined;
    this.#listenerWatch?.update({ readable });
  }

  #drive(session: Session): void {
    this.#loop = new SessionLoop(session, this.#clock, this.#polling, () => {
      this.#sessionEnded(session);
    });
  }

  /** Has the device let go of the client; the next one is taken after that. */
  #sessionEnded(session: Session): void {
    if (this.#session !== session) {
      return;
    }
    this.#session = undefined;
    this.#loop?.[Symbol.dispose]();
    this.#loop = undefined;
    this.#releasing = this.#release(session).then(() => {
      this.#releasing = undefined;
      this.#disconnected.fire(session.ended ?? 'closed');
      this.#armListener();
    });
  }

  /** Never rejects. */
  async #release(session: Session): Promise<void> {
    const { context } = session;
    this.#logger.info('the client is gone', { reason: session.ended });
    if (context === undefined) {
      return;
    }
    await session.controlClosed;
    try {
      await this.#endpoint.releaseClient();
    } catch (error) {
      this.#logger.warn('the device did not let go of its client', { error });
    }
    this.#table.close(context);
  }

  /** A device that is removed takes its client and its socket along. Never rejects. */
  async #closeWithDevice(): Promise<void> {
    for await (const event of this.#events) {
      if (event.kind === 'hangup') {
        this.#session?.end('removed');
        await this.close();
      }
    }
  }

  async #close(): Promise<void> {
    void this.#events.return?.();
    this.#pause?.[Symbol.dispose]();
    this.#listenerWatch?.[Symbol.dispose]();
    this.#listenerWatch = undefined;
    this.#listener[Symbol.dispose]();
    const session = this.#session;
    if (session !== undefined) {
      session.end('server-closed');
      this.#sessionEnded(session);
    }
    await this.#releasing;
    if ('close' in this.#device) {
      await this.#device.close();
    }
    trackReleased(this);
  }
}
