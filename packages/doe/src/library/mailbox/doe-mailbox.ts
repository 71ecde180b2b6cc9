import { MdevError, SystemClock, trackDisposable, trackReleased, type Clock } from '@mdevkit/core';
import {
  PCI_CFG_SPACE_EXP_SIZE,
  PCI_CFG_SPACE_SIZE,
  PCI_DOE_MAX_LENGTH,
  PCI_DOE_SIZEOF,
  PCI_EXT_CAP_ID_DOE,
  readPciExtCapHeader,
} from '@mdevkit/uapi';
import {
  discoveryId,
  encodeObject,
  featureKey,
  featureName,
  MOST_PAYLOAD,
  OBJECT_HEADER_SIZE,
  type DoeObjectId,
} from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';
import { ALL_ONES, type ConfigAccess } from '../access/index.js';
import { abortMailbox } from './abort.js';
import { discoverFeatures } from './discovery.js';
import { ExchangeQueue } from './exchange-queue.js';
import type { DoeObjectExchange } from './object-exchange.js';
import { checkCancel, settledInTime } from './pace.js';
import { receiveResponse, waitForResponse } from './receive-response.js';
import { DoeRegisters } from './registers.js';
import { sendRequest } from './send-request.js';
import type { DoeTransport, ExchangeOptions } from './transport.js';

/** Options of {@link DoeMailbox.open}. */
export interface DoeMailboxOptions extends ExchangeOptions {
  readonly clock?: Clock;
}

/** Bytes of the largest data object. */
const LARGEST_OBJECT = PCI_DOE_MAX_LENGTH * 4;

/** Where the last DOE Capability of a config space can stand. */
const LAST_PLACE = PCI_CFG_SPACE_EXP_SIZE - PCI_DOE_SIZEOF;

/**
 * A requester of one DOE Capability. Exchanges are served one after the other, in the order of their calls, by the accesses that
 * Linux 7.2 makes, in its order. Every exchange that fails is followed by an Abort, so that the next one finds the device in step;
 * a device that does not come back from it within a second is given up for good.
 *
 * It never takes interrupts, and turns Interrupt Enable off, as Linux does. Nothing else may use the same DOE Capability.
 *
 * Source: Linux drivers/pci/doe.c; PCI Express Base Specification 6.0, section 6.30.
 */
export class DoeMailbox implements DoeTransport, DoeObjectExchange, AsyncDisposable {
  readonly #registers: DoeRegisters;
  readonly #clock: Clock;
  readonly #queue = new ExchangeQueue();
  readonly #closing = new AbortController();
  readonly #keys = new Set<number>([featureKey(discoveryId)]);
  #features: readonly DoeObjectId[] = [];
  #version = 0;
  /** Why there is nothing more to be had from the device. */
  #end: 'dead' | 'gone' | undefined;

  private constructor(config: ConfigAccess, at: number, clock: Clock) {
    this.#registers = new DoeRegisters(config, at);
    this.#clock = clock;
    trackDisposable(this);
  }

  /**
   * Takes the DOE Capability at the byte offset `at` into use: Abort, then discovery. Nothing is written if there is none.
   *
   * Rejects with RangeError for an offset that cannot be one, EINVAL `doe.no-capability`, ENODEV `doe.device-gone`, EIO `doe.abort-timeout`, EIO `doe.discovery-short`, EBUSY
   * `doe.discovery-endless`, and as {@link exchange} does; with EIO `doe.cancelled` when `signal` is aborted.
   *
   * Source: Linux drivers/pci/doe.c, pci_doe_create_mb.
   */
  static async open(
    config: ConfigAccess,
    at: number,
    { clock = new SystemClock(), signal }: DoeMailboxOptions = {},
  ): Promise<DoeMailbox> {
    if (!Number.isInteger(at) || at < PCI_CFG_SPACE_SIZE || at > LAST_PLACE || at % 4 !== 0) {
      throw new RangeError(
        `a DOE Capability stands at a multiple of 4 from 0x100 to 0xfe8, not at ${at}`,
      );
    }
    const mailbox = new DoeMailbox(config, at, clock);
    try {
      await mailbox.#queue.run((cancel) => mailbox.#setUp(cancel), signal);
      return mailbox;
    } catch (error) {
      await mailbox.close();
      throw error;
    }
  }

  /** Byte offset of the DOE Capability in config space: its name everywhere. */
  get at(): number {
    return this.#registers.at;
  }

  /** Of the DOE Capability, 4 bits: 1, or 2 from PCI Express 6.1 on. */
  get version(): number {
    return this.#version;
  }

  /** What discovery found, in its order. */
  get features(): readonly DoeObjectId[] {
    return this.#features;
  }

  /** Whether the device listed the feature; discovery itself always counts (drivers/pci/doe.c, pci_doe_supports_feat). */
  supports(vendor: number, type: number): boolean {
    return vendor >>> 16 === 0 && type >>> 8 === 0 && this.#keys.has(featureKey({ vendor, type }));
  }

  /**
   * Rejects with an MdevError of one reason for each cause:
   * - EINVAL `doe.unsupported`: the device does not list the feature; EIO `doe.payload-too-long`. The device notices neither;
   * - EBUSY `doe.busy`: it was busy for a second; EIO `doe.error-before`: it was in error;
   * - EIO `doe.refused`: it answered with an error; `doe.response-timeout`: not within a second;
   * - EIO `doe.wrong-object`, `doe.short-length`, `doe.ready-lost`, `doe.error-at-end`: the response is none;
   * - EIO `doe.cancelled`, `doe.closed`, at once; EIO `doe.dead` after an Abort that did not help;
   * - ENODEV `doe.device-gone`; what the accessor throws, as EIO `doe.config-failed` unless it is an MdevError.
   *
   * Source: Linux drivers/pci/doe.c, pci_doe.
   */
  async exchange(
    vendor: number,
    type: number,
    payload: Uint8Array,
    options: ExchangeOptions = {},
  ): Promise<Uint8Array> {
    this.#checkOpen();
    if (!this.supports(vendor, type)) {
      throw failure('doe.unsupported', {
        ...this.#registers.where,
        feature: featureName({ vendor, type }),
      });
    }
    if (payload.length > MOST_PAYLOAD) {
      throw failure('doe.payload-too-long', { ...this.#registers.where, bytes: payload.length });
    }
    const response = await this.#submit(encodeObject({ vendor, type }, payload), options);
    return response.subarray(OBJECT_HEADER_SIZE);
  }

  /** Rejects with EINVAL `doe.object-size`, and as {@link exchange} does. */
  async exchangeObject(object: Uint8Array, options: ExchangeOptions = {}): Promise<Uint8Array> {
    this.#checkOpen();
    const bytes = object.length;
    if (bytes < OBJECT_HEADER_SIZE || bytes > LARGEST_OBJECT || bytes % 4 !== 0) {
      throw failure('doe.object-size', { ...this.#registers.where, bytes });
    }
    return this.#submit(object.slice(), options);
  }

  /**
   * Fails every exchange with EIO `doe.closed` at once, and leaves the device aborted if one was running. Waits for the accesses of
   * that, a second at the most. Idempotent.
   */
  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort();
      trackReleased(this);
      this.#queue.close(failure('doe.closed', this.#registers.where));
    }
    await settledInTime(this.#clock, this.#queue.work);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #submit(object: Uint8Array, { signal }: ExchangeOptions): Promise<Uint8Array> {
    this.#checkAlive();
    return this.#queue.run((cancel) => this.#attempt(object, Infinity, cancel), signal);
  }

  async #setUp(cancel: AbortSignal): Promise<void> {
    try {
      this.#version = this.#readVersion((await this.#registers.header()) >>> 0);
      checkCancel(cancel);
      await abortMailbox({ registers: this.#registers, clock: this.#clock, cancel });
    } catch (error) {
      throw this.#typed(error);
    }
    this.#features = await discoverFeatures(this.#version, async (payload) => {
      const response = await this.#attempt(encodeObject(discoveryId, payload), 1, cancel);
      return response.subarray(OBJECT_HEADER_SIZE);
    });
    for (const feature of this.#features) {
      this.#keys.add(featureKey(feature));
    }
  }

  #readVersion(header: number): number {
    const { id, version } = readPciExtCapHeader(header);
    if (header === ALL_ONES) {
      throw failure('doe.device-gone', this.#registers.where);
    }
    if (id !== PCI_EXT_CAP_ID_DOE) {
      throw failure('doe.no-capability', this.#registers.where);
    }
    return version;
  }

  /** One exchange with the registers. The device has been brought back into step when it fails. */
  async #attempt(object: Uint8Array, room: number, cancel: AbortSignal): Promise<Uint8Array> {
    this.#checkAlive();
    const attempt = { registers: this.#registers, clock: this.#clock, cancel };
    const view = new DataView(object.buffer, object.byteOffset, object.byteLength);
    try {
      await sendRequest(attempt, view);
      await waitForResponse(attempt);
      return await receiveResponse(attempt, view.getUint32(0, true), room);
    } catch (error) {
      throw await this.#recover(this.#typed(error));
    }
  }

  /** Aborts after a failure; returns what the caller is told. */
  async #recover(error: MdevError): Promise<MdevError> {
    if (this.#end !== undefined) {
      return error;
    }
    try {
      const cancel = this.#closing.signal;
      await abortMailbox({ registers: this.#registers, clock: this.#clock, cancel });
      return error;
    } catch (failed) {
      const { code } = this.#typed(failed);
      this.#end ??= 'dead';
      return code === 'ENODEV' ? failure('doe.device-gone', this.#registers.where, error) : error;
    }
  }

  /** An error of the accessor is one of this package, and a device that is gone is remembered. */
  #typed(error: unknown): MdevError {
    const typed = MdevError.is(error)
      ? error
      : failure('doe.config-failed', this.#registers.where, error);
    if (typed.code === 'ENODEV') {
      this.#end = 'gone';
    }
    return typed;
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) {
      throw failure('doe.closed', this.#registers.where);
    }
  }

  #checkAlive(): void {
    if (this.#end !== undefined) {
      throw failure(this.#end === 'gone' ? 'doe.device-gone' : 'doe.dead', this.#registers.where);
    }
  }
}
