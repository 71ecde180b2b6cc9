import type { MdevInfo } from '@mdevkit/core';

/** What one mdev did. */
export interface MdevReport {
  readonly uuid: string;
  readonly type: string;
  readonly interrupts: number;
  readonly dma_bytes_read: number;
  readonly dma_bytes_written: number;
  readonly dma_faults: number;
}

export function mdevReport({ uuid, type, counters }: MdevInfo): MdevReport {
  return {
    uuid,
    type,
    interrupts: counters.interrupts,
    dma_bytes_read: counters.bytesRead,
    dma_bytes_written: counters.bytesWritten,
    dma_faults: counters.faults,
  };
}

export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** 10^6 bytes per second, to one place; 0 for nothing in no time. */
export function megabytesPerSecond(bytes: number, seconds: number): number {
  return seconds === 0 ? 0 : Math.round((bytes / 1e6 / seconds) * 10) / 10;
}
