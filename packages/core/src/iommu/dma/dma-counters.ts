import type { DmaAccess } from './dma.js';

/** What went through the ports of one device, in bytes, and how many accesses faulted. */
export interface DmaCounters {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly faults: number;
}

/** The same, counting. */
export class DmaTally implements DmaCounters {
  bytesRead = 0;
  bytesWritten = 0;
  faults = 0;

  count(access: DmaAccess, bytes: number): void {
    if (access === 'read') {
      this.bytesRead += bytes;
    } else {
      this.bytesWritten += bytes;
    }
  }

  snapshot(): DmaCounters {
    const { bytesRead, bytesWritten, faults } = this;
    return { bytesRead, bytesWritten, faults };
  }
}
