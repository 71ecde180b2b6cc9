import type { ReasonRow } from '@mdevkit/core';

const SUPERPIPE = 'drivers/scsi/cxlflash/superpipe.c';

/** Every reason that the driver gives. */
export const driverReasons = {
  // The driver
  'cxlflash.type': {
    errno: 'EINVAL',
    text: 'the driver has no such type',
    source: 'drivers/vfio/mdev/mdev_core.c, mdev_device_create',
  },

  // Contexts
  'cxlflash.access': {
    errno: 'EINVAL',
    text: 'a context reads or writes, and nothing else',
    source: `own rule: ${SUPERPIPE}, cxlflash_disk_attach makes a context that may do neither`,
  },
  'cxlflash.interrupts': {
    errno: 'EINVAL',
    text: 'a context has four interrupts at the most',
    source: `${SUPERPIPE}, cxlflash_disk_attach (num_interrupts > 4)`,
  },
  'cxlflash.pasid': {
    errno: 'EINVAL',
    text: 'a PASID is a number of 1 to 2^20-1',
    source: 'drivers/iommu/iommu-sva.c, iommu_alloc_mm_data (IOMMU_FIRST_GLOBAL_PASID)',
  },
  'cxlflash.no-disk': {
    errno: 'ENODEV',
    text: 'there is no such disk, or its capacity cannot be read',
    source: `${SUPERPIPE}, cxlflash_disk_attach (read_cap16)`,
  },
  'cxlflash.no-contexts': {
    errno: 'ENOSPC',
    text: 'every context is in use, or has not become quiet yet',
    source: 'drivers/misc/cxl/context.c, cxl_context_init (idr_alloc)',
  },
  'cxlflash.process-element': {
    errno: 'EPERM',
    text: 'the process element is beyond the contexts that the AFU has windows for',
    source: `${SUPERPIPE}, cxlflash_disk_attach (ctxid >= MAX_CONTEXT)`,
  },
  'cxlflash.context': {
    errno: 'EINVAL',
    text: 'there is no such context of this client',
    source: `${SUPERPIPE}, get_context`,
  },
  'cxlflash.attached': {
    errno: 'EINVAL',
    text: 'the context has the disk already',
    source: `${SUPERPIPE}, cxlflash_disk_attach (already attached)`,
  },
  'cxlflash.not-attached': {
    errno: 'EINVAL',
    text: 'the context does not have the disk',
    source: `${SUPERPIPE}, get_context (lun_access)`,
  },
  'cxlflash.not-quiet': {
    errno: 'EBUSY',
    text: 'commands of the context have not ended in time; nothing of it is given out again before they do',
    source: 'drivers/misc/ocxl/context.c, ocxl_context_detach',
  },

  // Handles
  'cxlflash.mode': {
    errno: 'EINVAL',
    text: 'the disk is used in another mode',
    source: `${SUPERPIPE}, cxlflash_lun_attach`,
  },
  'cxlflash.resources': {
    errno: 'EMFILE',
    text: 'every resource handle of the context is in use, or has not become quiet yet',
    source: `${SUPERPIPE}, cxlflash_disk_direct_open (rhte_checkout)`,
  },
  'cxlflash.released': {
    errno: 'EINVAL',
    text: 'the handle was released already, with its disk or its context',
    source: `${SUPERPIPE}, _cxlflash_disk_release (get_rhte)`,
  },

  // The parent
  'cxlflash.port': {
    errno: 'EINVAL',
    text: 'there is no such port',
    source: 'drivers/scsi/cxlflash/main.c, cxlflash_lun_provision (port >= num_fc_ports)',
  },
  'cxlflash.no-resize': {
    errno: 'EOPNOTSUPP',
    text: 'the backing store of the disk has a fixed size',
    source: 'drivers/scsi/cxlflash/main.c, decode_hioctl (capability not there)',
  },

  // Backing stores
  'cxlflash.store-range': {
    errno: 'EINVAL',
    text: 'not a whole number of blocks inside the store',
    source: 'block/blk-core.c, bio_check_eod',
  },
  'cxlflash.store-short': {
    errno: 'EIO',
    text: 'the file ends before the blocks that it should have',
    source: 'drivers/block/loop.c, lo_complete_rq (a short read)',
  },
  'cxlflash.store-tail': {
    errno: 'EINVAL',
    text: 'the file is not a whole number of blocks',
    source: 'own rule: drivers/block/loop.c leaves the tail of such a file out of the device',
  },
  'cxlflash.store-closed': {
    errno: 'EBADF',
    text: 'the store has been closed',
    source: 'close(2): a closed descriptor',
  },
} as const satisfies Record<string, ReasonRow>;
