import {
  VFIO_USER_REGION_READ,
  VFIO_USER_REGION_WRITE,
  VFIO_USER_REGION_WRITE_MULTI,
  VFIO_USER_VERSION,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import { CONTROL_COMMAND, commandOf, maxMessageSize } from '../protocol/index.js';
import type { Outgoing } from '../wire/index.js';
import { type Answer, type CommandBytes, type HeldCommand } from './answer.js';
import type { ClientInfo, SessionContext, SessionServices } from './context.js';
import type { Agreement } from './negotiation.js';
import { ControlCommands } from './control/index.js';
import { DmaMessenger } from './dma-messenger.js';
import { errorNumber } from './error-number.js';
import type { LimitedLog } from './limited-log.js';
import { RegionAccess } from './region-access.js';
import { RegionWriteMulti } from './region-write-multi.js';
import type { SessionOptions } from './session-options.js';
import { TableCommands } from './table-command.js';
import type { TwinSocket } from './twin-socket.js';

/** A session after VERSION: it carries commands out. */
export class Running {
  readonly client: ClientInfo;
  readonly context: SessionContext;
  readonly messenger: DmaMessenger;
  readonly twin: TwinSocket | undefined;
  /** Only for a client that asked for it. */
  readonly control: ControlCommands | undefined;
  readonly #access: RegionAccess;
  readonly #multi: RegionWriteMulti;
  readonly #others: TableCommands;
  /** For DMA commands on the socket of the session. */
  readonly #dmaOutgoing: Outgoing | undefined;

  constructor(
    options: SessionOptions,
    { client, twin }: Agreement,
    outgoing: Outgoing,
    answer: Answer,
    log: LimitedLog,
  ) {
    const { endpoint, limits, logger, table, memory, clock, peer } = options;
    this.client = client;
    this.twin = twin;
    const maxTransfer = Math.min(
      client.capabilities.maxDataXferSize,
      limits.maxDataXferSize,
      client.quirks.largestDma,
    );
    // A model may start DMA in the middle of a read whose reply is being filled.
    this.#dmaOutgoing =
      twin === undefined ? outgoing.beside(maxMessageSize(maxTransfer)) : undefined;
    this.messenger = new DmaMessenger({
      outgoing: this.#dmaOutgoing ?? twin?.outgoing ?? outgoing,
      maxTransfer,
      maxInFlight: limits.dmaInFlight,
      // QEMU answers none while it waits for a reply of ours, which it does for one deadline.
      deadlineMs: 2 * limits.deadlineMs,
      blockMs: limits.warnMs,
      usable: client.quirks.sendsDma,
      clock,
      logger,
      log,
      twin,
      onQueued: options.onQueued,
      canBlock: twin !== undefined && peer.pid !== process.pid,
    });
    const services: SessionServices = {
      endpoint,
      client,
      limits,
      logger,
      dma: this.messenger,
      memory,
    };
    this.context = { ...services, ...table.open(services) };
    this.#access = new RegionAccess(endpoint, outgoing, answer, limits.maxDataXferSize);
    this.#multi = new RegionWriteMulti(endpoint, outgoing, answer, (error) => {
      const errno = errorNumber(error, logger, 'REGION_WRITE_MULTI');
      log.warn('one of many writes failed', { error });
      return errno;
    });
    this.#others = new TableCommands(this.context, table, outgoing, answer);
    this.control = client.capabilities.control
      ? new ControlCommands({ plane: () => endpoint.objects, limits, logger, outgoing, answer })
      : undefined;
  }

  /** Carries a command out: 0, an errno, or HELD. Throws what the device throws. */
  run(from: CommandBytes, command: number, at: number, length: number, posted: boolean): number {
    if (from.descriptorCount > 0) {
      this.#requireRoomFor(command, from.descriptorCount);
    }
    switch (command) {
      case VFIO_USER_REGION_READ:
        return this.#access.read(from, at, length);
      case VFIO_USER_REGION_WRITE:
        return this.#access.write(from, at, length);
      case VFIO_USER_REGION_WRITE_MULTI:
        return this.#multi.write(from, at, length, posted);
      case VFIO_USER_VERSION:
        throw failure('vfio-user.negotiated');
      case CONTROL_COMMAND:
        return this.control?.run(from, at, length) ?? this.#others.run(from, command, at, length);
      default:
        return this.#others.run(from, command, at, length);
    }
  }

  /** What holds the session, after {@link Running.run} answered HELD. */
  takeHeld(): HeldCommand | undefined {
    for (const room of [this.#access, this.#multi, this.#others, this.control]) {
      const held = room?.held;
      if (room !== undefined && held !== undefined) {
        room.held = undefined;
        return held;
      }
    }
    return undefined;
  }

  /** The client is gone; the parts of the session stay until the device has let go of them. */
  stop(): void {
    this.control?.stop();
    this.messenger.close();
    this.#dmaOutgoing?.[Symbol.dispose]();
    this.twin?.[Symbol.dispose]();
  }

  #requireRoomFor(command: number, descriptors: number): void {
    // As many as a message may have.
    if (command === CONTROL_COMMAND && this.control !== undefined) {
      return;
    }
    const row = commandOf(command);
    if (descriptors > (row?.requestDescriptors ?? 0)) {
      throw failure('vfio-user.stray-descriptors', { command: row?.name ?? command, descriptors });
    }
  }
}
