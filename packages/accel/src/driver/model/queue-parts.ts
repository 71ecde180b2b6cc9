import type { DeviceMemory, RegionRange } from '@mdevkit/core';
import {
  DOORBELL_BYTES,
  DOORBELL_STRIDE,
  globalRegisters,
  QUEUE_OFFSET,
  QUEUE_STRIDE,
  Status,
} from '../../abi/index.js';
import {
  DoorbellPage,
  QueueBlock,
  QueueCounters,
  QueueEngine,
  type QueueServices,
} from '../queue/index.js';

/** One queue of the device, with all that belongs to it. */
export interface Queue {
  readonly engine: QueueEngine;
  readonly block: QueueBlock;
  readonly page: DoorbellPage;
  readonly counters: QueueCounters;
}

/** Makes queue `index`, whose counters are shown in `shared`. */
export function makeQueue(
  index: number,
  shared: DeviceMemory,
  services: Omit<QueueServices, 'count'>,
): Queue {
  const counters = new QueueCounters(shared, index);
  const engine = new QueueEngine({
    ...services,
    count: (status, bytesIn, bytesOut) => {
      counters.count(status === Status.OK, bytesIn, bytesOut);
    },
  });
  return {
    engine,
    block: new QueueBlock(engine, index, services.vectors),
    page: new DoorbellPage(engine),
    counters,
  };
}

/** The global registers at the start of the control BAR. */
export function globals(queues: number, algorithms: number): RegionRange {
  const handler = globalRegisters.instantiate({
    QUEUES: { read: () => queues },
    ALGORITHMS: { read: () => algorithms },
  });
  return { kind: 'trapped', offset: 0, size: globalRegisters.size, handler };
}

/** The registers of a queue in the control BAR. */
export function controlRange({ block }: Queue, index: number): RegionRange {
  const offset = QUEUE_OFFSET + index * QUEUE_STRIDE;
  return { kind: 'trapped', offset, size: QUEUE_STRIDE, handler: block };
}

/** The doorbells of a queue in the doorbell BAR. */
export function doorbellRange({ page }: Queue, index: number): RegionRange {
  const offset = index * DOORBELL_STRIDE;
  return { kind: 'trapped', offset, size: DOORBELL_BYTES, handler: page };
}
