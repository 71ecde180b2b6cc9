import {
  VFIO_USER_DEVICE_FEATURE,
  VFIO_USER_DEVICE_GET_INFO,
  VFIO_USER_DEVICE_GET_IRQ_INFO,
  VFIO_USER_DEVICE_GET_REGION_INFO,
  VFIO_USER_DEVICE_GET_REGION_IO_FDS,
  VFIO_USER_DEVICE_RESET,
  VFIO_USER_DEVICE_SET_IRQS,
  VFIO_USER_DMA_MAP,
  VFIO_USER_DMA_UNMAP,
  VFIO_USER_MIG_DATA_READ,
  VFIO_USER_MIG_DATA_WRITE,
} from '@mdevkit/uapi';
import type { CommandTable, Handler, SessionParts, SessionServices } from '../context.js';
import { IrqDescriptors } from '../irqs/index.js';
import { DmaMaps } from '../memory/index.js';
import { dmaMap } from './dma-map.js';
import { dmaUnmap } from './dma-unmap.js';
import { deviceFeature } from './feature.js';
import { getInfo, getIrqInfo } from './info.js';
import { getRegionIoFds, type IoFdEntryBytes } from './io-fds.js';
import { readMigrationData, writeMigrationData } from './migration.js';
import { MigrationTransfer } from './migration-transfer.js';
import { getRegionInfo } from './region-info.js';
import { deviceReset } from './reset.js';
import { setIrqs } from './set-irqs.js';

export interface CommandTableOptions {
  /** Bytes of an entry of DEVICE_GET_REGION_IO_FDS; 40 by default, as the specification has it. */
  readonly ioFdEntryBytes?: IoFdEntryBytes;
}

/** The commands of a client that are neither VERSION nor accesses to regions. */
export function commandTable(options: CommandTableOptions = {}): CommandTable {
  const rows: readonly (readonly [number, Handler])[] = [
    [VFIO_USER_DMA_MAP, dmaMap],
    [VFIO_USER_DMA_UNMAP, dmaUnmap],
    [VFIO_USER_DEVICE_GET_INFO, getInfo],
    [VFIO_USER_DEVICE_GET_REGION_INFO, getRegionInfo],
    [VFIO_USER_DEVICE_GET_REGION_IO_FDS, getRegionIoFds(options.ioFdEntryBytes ?? 40)],
    [VFIO_USER_DEVICE_GET_IRQ_INFO, getIrqInfo],
    [VFIO_USER_DEVICE_SET_IRQS, setIrqs],
    [VFIO_USER_DEVICE_RESET, deviceReset],
    [VFIO_USER_DEVICE_FEATURE, deviceFeature],
    [VFIO_USER_MIG_DATA_READ, readMigrationData],
    [VFIO_USER_MIG_DATA_WRITE, writeMigrationData],
  ];
  return { handlers: new Map(rows), open, close };
}

function open({ endpoint, dma, logger, memory, limits, client }: SessionServices): SessionParts {
  const { maxDataXferSize } = client.capabilities;
  return {
    maps: new DmaMaps({
      endpoint,
      dma,
      logger,
      memory,
      mapLimit: limits.maxDmaMaps,
      descriptorLimit: limits.maxDescriptorMaps,
      largestMessage: Math.min(maxDataXferSize, limits.maxDataXferSize),
    }),
    irqs: new IrqDescriptors(endpoint),
    migration: new MigrationTransfer(endpoint),
  };
}

function close({ maps, irqs, migration }: SessionParts): void {
  migration[Symbol.dispose]();
  irqs[Symbol.dispose]();
  maps[Symbol.dispose]();
}
