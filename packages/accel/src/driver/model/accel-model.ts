import {
  DeviceEvents,
  DeviceMemory,
  Dma,
  Irqs,
  Logger,
  MdevIdentity,
  type DeviceApi,
  type DeviceModel,
  type IrqIndexSpec,
  type RegionSlot,
} from '@mdevkit/core';
import { PciFunction } from '@mdevkit/pci';
import { inject, injectable, multiInject } from 'inversify';
import {
  ACCEL_ABI_VERSION,
  ACCEL_MAGIC,
  algorithmBitmap,
  CONTROL_BAR,
  DOORBELL_BAR,
  SHARED_BAR,
  SHARED_SIZE,
  SharedHeader,
  STATISTICS_OFFSET,
  STATISTICS_STRIDE,
} from '../../abi/index.js';
import { Algorithm } from '../algorithm/index.js';
import { QueuePool } from '../pool/index.js';
import type { QueueDma } from '../queue/index.js';
import { queuesOfType } from '../types.js';
import { FunctionLayouts } from './function-layouts.js';
import { controlRange, doorbellRange, globals, makeQueue, type Queue } from './queue-parts.js';

/** Jobs of one queue that are worked on at the same time: twice what Node's thread pool takes by default. */
export const QUEUE_IN_FLIGHT = 8;

/**
 * A PCI accelerator with some of its parent's queues. Interrupts and DMA go through the PCI function, so they
 * obey its command register.
 *
 * Source: Linux drivers/misc/uacce/uacce.c for the life of a queue, drivers/crypto/hisilicon/qm.c for a
 * function whose queues are shared out.
 */
@injectable()
export class AccelModel implements DeviceModel {
  readonly deviceApi: DeviceApi = 'vfio-pci';
  readonly regions: readonly RegionSlot[];
  readonly irqs: readonly IrqIndexSpec[];
  readonly #pool: QueuePool;
  readonly #events: DeviceEvents;
  readonly #shared = new DeviceMemory(SHARED_SIZE);
  readonly #queues: readonly Queue[];

  constructor(
    @inject(Dma) dma: Dma,
    @inject(Irqs) irqs: Irqs,
    @inject(DeviceEvents) events: DeviceEvents,
    @inject(Logger) logger: Logger,
    @inject(MdevIdentity) identity: MdevIdentity,
    @inject(QueuePool) pool: QueuePool,
    @inject(FunctionLayouts) layouts: FunctionLayouts,
    @multiInject(Algorithm) algorithms: readonly Algorithm[],
  ) {
    this.#pool = pool;
    this.#events = events;
    const count = queuesOfType(identity.type);
    const byOpcode = new Map(algorithms.map((algorithm) => [algorithm.opcode, algorithm]));
    const bitmap = algorithmBitmap(byOpcode.keys());
    // The function wants to know what is behind its BARs, and the queues behind them want the function.
    const functionDma: QueueDma = {
      read: (iova, into) => {
        pci.dma.read(iova, into);
      },
      write: (iova, from) => {
        pci.dma.write(iova, from);
      },
    };
    this.#queues = Array.from({ length: count }, (_, index) =>
      makeQueue(index, this.#shared, {
        dma: functionDma,
        logger,
        algorithms: byOpcode,
        vectors: count,
        inFlight: QUEUE_IN_FLIGHT,
        interrupt: (vector) => pci.interrupt(vector),
        reportError: (message) => {
          events.report({ kind: 'error', message: `queue ${index}: ${message}` });
        },
      }),
    );
    const traits = { queues: count, algorithms: bitmap, inFlight: QUEUE_IN_FLIGHT };
    const pci: PciFunction = new PciFunction(layouts.layout(traits), {
      irqs,
      dma,
      bars: {
        [CONTROL_BAR]: [globals(count, bitmap), ...this.#queues.map(controlRange)],
        [DOORBELL_BAR]: this.#queues.map(doorbellRange),
        [SHARED_BAR]: [{ kind: 'memory', offset: 0, memory: this.#shared, mmap: true }],
      },
      onFunctionLevelReset: () => {
        this.reset();
      },
    });
    this.regions = pci.regions;
    this.irqs = pci.irqs;
  }

  /** Takes queues of the parent. Throws ENOSPC `accel.no-queues`. */
  open(): void {
    const slots = this.#pool.take(this.#queues.length);
    slots.forEach((slot, index) => {
      this.#queues[index]?.engine.attach(slot);
    });
  }

  /** Gives the queues back as soon as what was under way is quiet; ends then. */
  async close(): Promise<void> {
    const slots = this.#queues.map(({ engine }) => engine.detach());
    await this.#pool.putBack(slots.filter((slot) => slot !== undefined));
  }

  /**
   * The rest of a reset: the queues have stopped with the reset of their registers. A client that uses them
   * learns it by an event, so that it does not wait for jobs in vain.
   */
  reset(): void {
    SharedHeader.encode(
      {
        magic: ACCEL_MAGIC,
        version: ACCEL_ABI_VERSION,
        queue_count: this.#queues.length,
        statistics_offset: STATISTICS_OFFSET,
        statistics_stride: STATISTICS_STRIDE,
      },
      this.#shared.bytes,
    );
    let stopped = false;
    for (const { block, counters } of this.#queues) {
      block.reset();
      counters.reset();
      stopped = block.takeStopped() || stopped;
    }
    if (stopped) {
      this.#events.report({ kind: 'error', message: 'a reset stopped the queues' });
    }
  }
}
