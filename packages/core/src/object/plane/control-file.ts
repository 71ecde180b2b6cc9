import { isThenable, type ModelGuard } from '../../device/model-guard.js';
import { failure } from '../../errors/index.js';
import {
  deviceEventRecord,
  EventChannel,
  type EventRecord,
  type ReportListener,
} from '../../event/channel/index.js';
import { trackDisposable, trackReleased } from '../../lifecycle/index.js';
import type { Logger } from '../../log/index.js';
import type { GivenDescriptor } from '../dispatch/call-frame.js';
import { Dispatcher, type Reply } from '../dispatch/dispatcher.js';
import type { MethodPlans } from '../dispatch/method-plans.js';
import type { ControlClientIdentity } from '../implement/index.js';
import { ClientChannels } from './client-channels.js';
import { EndSignal } from '../life/end-signal.js';
import { HandleTable, type NonceCounter } from '../life/handle-table.js';
import { ObjectSpace } from '../life/object-space.js';

export interface ControlFileParts {
  readonly id: number;
  readonly plans: MethodPlans;
  readonly guard: ModelGuard;
  readonly logger: Logger;
  readonly nonces: NonceCounter;
  readonly driverId: number;
  /** Bytes of the largest request and reply. */
  readonly maxMessage: number;
  readonly maxObjects: number;
  /** Events that wait in the default channel at the most. */
  readonly eventCapacity: number;
  /** Events that wait in all the channels that the client makes at the most. */
  readonly eventBudget: number;
  /** Told what objects report. */
  readonly onReport?: ReportListener | undefined;
  /** Throws when the device is not there for this client. */
  readonly requireOpen: () => void;
  /** Called once, when it is closed. */
  readonly onClosed: (file: ControlFile) => void;
}

/**
 * What a device knows of one client of its control plane: its objects, its default event channel, and its calls. Transports
 * call it; nothing that a client sends makes it throw anything but an MdevError.
 *
 * Source: Linux drivers/infiniband/core/uverbs.h, struct ib_uverbs_file.
 */
export class ControlFile implements ControlClientIdentity {
  readonly id: number;
  readonly driverId: number;
  readonly maxMessage: number;
  /** For objects that are bound to none, and for the device. */
  readonly defaultChannel: EventChannel;
  readonly objects: ObjectSpace;
  /** These end with the device. */
  readonly channels: ClientChannels;
  /** Whether a descriptor of the default channel is open. */
  isDefaultOpen = false;
  readonly #parts: ControlFileParts;
  readonly #dispatcher: Dispatcher;
  readonly #ending = new EndSignal();
  #state: 'open' | 'removed' | 'closed' = 'open';
  #running = 0;
  #idle: (() => void)[] = [];
  #removing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: ControlFileParts) {
    const { id, plans, guard, logger, nonces, driverId, maxMessage, maxObjects } = parts;
    this.#parts = parts;
    this.id = id;
    this.driverId = driverId;
    this.maxMessage = maxMessage;
    this.defaultChannel = new EventChannel({
      capacity: parts.eventCapacity,
      logger,
      onReport: parts.onReport,
    });
    this.channels = new ClientChannels(this.defaultChannel, parts.eventBudget);
    this.objects = new ObjectSpace(new HandleTable(nonces, maxObjects), guard, logger);
    this.#dispatcher = new Dispatcher({
      plans,
      space: this.objects,
      guard,
      client: this,
      defaultChannel: this.defaultChannel,
      driverId,
      maxMessage,
      ending: this.#ending,
    });
    trackDisposable(this);
  }

  /**
   * Takes a request and answers it; synchronous if the driver is. The bytes must stay as they are until then, and those of
   * the answer are valid until the next call. Throws or rejects with an MdevError; EBADF `object.closed` once it is closed.
   * A handler that is late goes on using descriptors: `onLate` is called before the answer then, with when that is over.
   */
  call(
    bytes: Uint8Array,
    descriptors: readonly GivenDescriptor[],
    onLate?: (over: Promise<void>) => void,
  ): Reply | Promise<Reply> {
    if (this.#state === 'closed') {
      throw failure('object.closed');
    }
    const isRemoved = this.#state === 'removed';
    if (!isRemoved) {
      this.#parts.requireOpen();
    }
    const answer = this.#dispatcher.call(bytes, descriptors, isRemoved, onLate);
    return isThenable(answer) ? this.#follow(answer) : answer;
  }

  /** Puts an event of the device into the channels that hear of it. */
  report(record: EventRecord): void {
    this.channels.report(record);
  }

  /**
   * The device is gone. All objects are released; their descriptors can be read until they are empty, and after that
   * everything but a destroy answers EIO. Never fails.
   *
   * Source: Linux drivers/infiniband/core/uverbs_main.c, ib_uverbs_disassociate_ucontext.
   */
  disassociate(reason: string): Promise<void> {
    this.#removing ??= this.#state === 'open' ? this.#disassociate(reason) : Promise.resolve();
    return this.#closing ?? this.#removing;
  }

  /** Ends everything that the client has. Idempotent, and never fails. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #disassociate(reason: string): Promise<void> {
    this.#state = 'removed';
    this.#ending.fire();
    await this.objects.end('driver-remove', this.#whenIdle());
    this.report(deviceEventRecord({ kind: 'hangup', reason }));
    this.channels.end();
    this.objects.removeDescriptors();
  }

  async #close(): Promise<void> {
    this.#state = 'closed';
    this.#ending.fire();
    try {
      if (this.#removing !== undefined) {
        await this.#removing;
      }
      await this.objects.end('close', this.#whenIdle());
    } finally {
      this.channels.end();
      this.defaultChannel.closed();
      this.#parts.onClosed(this);
      trackReleased(this);
    }
  }

  async #follow(answer: Promise<Reply>): Promise<Reply> {
    this.#running += 1;
    try {
      return await answer;
    } finally {
      this.#running -= 1;
      if (this.#running === 0) {
        for (const resolve of this.#idle.splice(0)) {
          resolve();
        }
      }
    }
  }

  /** Handlers have a deadline, so this has an end. */
  #whenIdle(): Promise<void> {
    if (this.#running === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }
}
