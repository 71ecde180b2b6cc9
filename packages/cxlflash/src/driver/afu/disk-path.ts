import { SISL_AFU_RC_NO_CHANNELS, SISL_FC_RC_LINKDOWN, SISL_FC_RC_NOLOGI } from '@mdevkit/uapi';
import type { Disk, FlashParent } from '../parent/index.js';
import type { Outcome } from './outcome.js';
import type { Resource } from './resource-lookup.js';

/** A disk, and the port by which a command goes there. */
export interface DiskPath {
  readonly disk: Disk;
  readonly port: number;
}

/**
 * The way to the disk of a resource: the first of the ports it may use that has a link.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, SISL_AFU_RC_NO_CHANNELS (afu_extra has the ports there are and those that were
 * asked for, two bits each), SISL_FC_RC_*.
 */
export function findPath(parent: FlashParent, resource: Resource): DiskPath | Outcome {
  const disk = parent.byLunId(resource.lunId);
  if (disk === undefined || disk.isRemoved) {
    return { fcRc: SISL_FC_RC_NOLOGI };
  }
  const usable = resource.ports & disk.ports;
  if (usable === 0) {
    const afuExtra = ((disk.ports & 3) << 2) | (resource.ports & 3);
    return { afuRc: SISL_AFU_RC_NO_CHANNELS, afuExtra };
  }
  const up = usable & parent.ports.up;
  return up === 0 ? { fcRc: SISL_FC_RC_LINKDOWN } : { disk, port: 31 - Math.clz32(up & -up) };
}
