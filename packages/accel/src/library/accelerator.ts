import {
  bindIrqs,
  irqCallback,
  trackDisposable,
  trackReleased,
  type Device,
  type DeviceEvent,
  type MdevError,
} from '@mdevkit/core';
import { enableFunction } from '@mdevkit/pci';
import { VFIO_PCI_MSIX_IRQ_INDEX } from '@mdevkit/uapi';
import {
  algorithmOpcodes,
  offers,
  QueueStatistics,
  STATISTICS_OFFSET,
  STATISTICS_STRIDE,
  type AccelCapabilityValue,
  type AlgorithmName,
  type QueueStatisticsValue,
} from '../abi/index.js';
import { failure } from '../errors.js';
import type { AesGcmJob, Job, JobTemplate } from './job/index.js';
import type { AttachOptions } from './options.js';
import { makeParts, quiesce, releaseMemory, type Part } from './parts.js';
import { Turnstile, type AccelQueue } from './queue/index.js';
import { readCapability } from './setup/index.js';
import { transform, type TransformOptions, type TransformSource } from './transform.js';

/** What {@link AesGcmJob} takes, but for algorithm and input. */
export type AesGcmParameters = Pick<AesGcmJob, 'key' | 'iv' | 'associated'>;

/**
 * An accelerator in use. It works through the device contract alone, so the device may be in this process,
 * in another one or in hardware.
 *
 * When the device goes (hang-up, removal, a failed access) every job that has not ended rejects with ENODEV
 * `accel.lost` or EIO; nothing waits for ever. When the host asks for the device it finishes the jobs under
 * way, refuses new ones and closes.
 */
export class Accelerator implements AsyncDisposable {
  readonly #device: Device;
  readonly #capability: AccelCapabilityValue;
  readonly #parts: readonly Part[];
  readonly #release: (() => Promise<void>) | undefined;
  readonly #events: AsyncIterableIterator<DeviceEvent>;
  /** Resets, and the close after them, come one after the other. */
  readonly #resets = new Turnstile();
  #closing: Promise<void> | undefined;

  private constructor(
    device: Device,
    capability: AccelCapabilityValue,
    parts: readonly Part[],
    release: (() => Promise<void>) | undefined,
  ) {
    this.#device = device;
    this.#capability = capability;
    this.#parts = parts;
    this.#release = release;
    this.#events = device.events();
    trackDisposable(this);
  }

  /**
   * Takes a device that is open into use. Closing the accelerator leaves it open and as it was found, but
   * reset queues and no interrupts; `release`, if given, is called instead to give the device back.
   *
   * Throws EINVAL `accel.job` for impossible options, ENODEV `accel.not-an-accelerator`, EPROTONOSUPPORT
   * `accel.abi`, EPROTO `accel.capability`, EIO `accel.queue-refused`, and what the device throws; the device is
   * the caller's then.
   */
  static async attach(
    device: Device,
    options: AttachOptions = {},
    release?: () => Promise<void>,
  ): Promise<Accelerator> {
    const capability = await readCapability(device);
    const parts = makeParts(device, capability, options);
    const accelerator = new Accelerator(device, capability, parts, release);
    const mapped: Part[] = [];
    try {
      for (const part of parts) {
        await device.dmaMap({ iova: part.memory.iova, memory: part.memory.object });
        mapped.push(part);
      }
      await accelerator.#start();
      const targets = parts.map(({ queue }) =>
        irqCallback(() => {
          queue.interrupted();
        }),
      );
      await bindIrqs(device, VFIO_PCI_MSIX_IRQ_INDEX, targets);
    } catch (error) {
      await accelerator.#deafen();
      await quiesce(device, mapped);
      releaseMemory(parts);
      throw error;
    }
    void accelerator.#listen();
    return accelerator;
  }

  /** Names of what the device computes. */
  get algorithms(): readonly AlgorithmName[] {
    return algorithmNames.filter((name) =>
      offers(this.#capability.algorithms, algorithmOpcodes[name]),
    );
  }

  /** Queues in use. */
  get queueCount(): number {
    return this.#parts.length;
  }

  /** Jobs that the device works on at the same time; more only wait in its rings. */
  get parallelism(): number {
    return this.queueCount * this.#capability.in_flight;
  }

  /** Throws RangeError for an index that is not in `0 .. queueCount - 1`. */
  queue(index: number): AccelQueue {
    const part = this.#parts[index];
    if (part === undefined) {
      throw new RangeError(`queue ${index} is not one of ${this.queueCount}`);
    }
    return part.queue;
  }

  /** Runs one job in the queue that has the fewest. Throws as {@link AccelQueue.run}. */
  async run(job: Job): Promise<Uint8Array> {
    return this.#leastLoaded().run(job);
  }

  /** A zlib stream (RFC 1950) of `chunk`. */
  compress(chunk: Uint8Array, level?: number): Promise<Uint8Array> {
    const job = { algorithm: 'deflate', input: chunk } as const;
    return this.run(level === undefined ? job : { ...job, level });
  }

  /** The bytes of a zlib stream, of which there are `maxSize` at the most. */
  decompress(chunk: Uint8Array, maxSize: number): Promise<Uint8Array> {
    return this.run({ algorithm: 'inflate', input: chunk, maxOutput: maxSize });
  }

  /** 32 bytes. */
  sha256(chunk: Uint8Array): Promise<Uint8Array> {
    return this.run({ algorithm: 'sha256', input: chunk });
  }

  /** AES-GCM: the cipher text with a tag of 16 bytes behind it. */
  encrypt(plain: Uint8Array, parameters: AesGcmParameters): Promise<Uint8Array> {
    return this.run({ ...parameters, algorithm: 'aes-gcm-encrypt', input: plain });
  }

  /** The reverse; throws EBADMSG `accel.authentication` if the tag does not match. */
  decrypt(sealed: Uint8Array, parameters: AesGcmParameters): Promise<Uint8Array> {
    return this.run({ ...parameters, algorithm: 'aes-gcm-decrypt', input: sealed });
  }

  /**
   * Sends every chunk of a source through the accelerator and yields the outputs in the order of the source.
   * Reads no further ahead than `concurrency` chunks. A job that fails ends it with its error.
   */
  transform(
    source: TransformSource,
    options: JobTemplate & TransformOptions,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    return transform(this, source, options);
  }

  /** What the device has counted for a queue since its last reset. Throws as {@link queue}. */
  async deviceStatistics(index: number): Promise<QueueStatisticsValue> {
    this.#requireOpen();
    const bytes = new Uint8Array(QueueStatistics.size);
    const at = STATISTICS_OFFSET + this.queue(index).index * STATISTICS_STRIDE;
    await this.#device.read(this.#capability.shared_bar, at, bytes);
    return QueueStatistics.decode(bytes);
  }

  /** Resets the device: jobs that have not ended reject with EIO `accel.reset`; then all works again. */
  async reset(): Promise<void> {
    this.#requireOpen();
    const turn = this.#resets.enter();
    if (turn !== undefined) {
      await turn;
    }
    try {
      this.#requireOpen();
      this.#fail(failure('accel.reset'));
      await this.#device.reset();
      await this.#start();
    } finally {
      this.#resets.leave();
    }
  }

  /** Settles when the device has no job. */
  async idle(): Promise<void> {
    await Promise.all(this.#parts.map(({ queue }) => queue.idle()));
  }

  /** Rejects what has not ended with EBADF `accel.closed` and gives the device back. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const closed = failure('accel.closed');
    for (const { queue } of this.#parts) {
      queue.refuse(closed);
    }
    this.#fail(closed);
    await this.#resets.enter();
    this.#resets.leave();
    await this.#deafen();
    try {
      await (this.#release ?? ((): Promise<void> => quiesce(this.#device, this.#parts)))();
    } finally {
      releaseMemory(this.#parts);
    }
  }

  async #deafen(): Promise<void> {
    await this.#events.return?.();
    trackReleased(this);
  }

  async #start(): Promise<void> {
    await enableFunction(this.#device);
    for (const { queue } of this.#parts) {
      this.#requireOpen();
      await queue.start();
    }
  }

  #leastLoaded(): AccelQueue {
    this.#requireOpen();
    return this.#parts
      .map(({ queue }) => queue)
      .reduce((least, queue) => (queue.pending < least.pending ? queue : least));
  }

  #fail(error: MdevError): void {
    for (const { queue } of this.#parts) {
      queue.fail(error);
    }
  }

  async #listen(): Promise<void> {
    try {
      for await (const event of this.#events) {
        this.#heard(event);
      }
      this.#fail(failure('accel.lost'));
    } catch (error) {
      this.#fail(failure('accel.lost', {}, error));
    }
  }

  #heard(event: DeviceEvent): void {
    switch (event.kind) {
      case 'hangup':
        this.#fail(failure('accel.lost', { why: event.reason }));
        break;
      case 'error':
      // An error may be among what was missed.
      case 'lost':
        for (const { queue } of this.#parts) {
          queue.check();
        }
        break;
      case 'request':
        // Whoever closes it is told what went wrong.
        this.#leave().catch(() => undefined);
        break;
      case 'fault':
        // The job or the queue that ran into it says so itself.
        break;
    }
  }

  /** The host wants the device back. */
  async #leave(): Promise<void> {
    for (const { queue } of this.#parts) {
      queue.refuse(failure('accel.lost', { why: 'the host takes the device back' }));
    }
    await this.idle();
    await this.close();
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) {
      throw failure('accel.closed');
    }
  }
}

const algorithmNames = Object.keys(algorithmOpcodes) as AlgorithmName[];
