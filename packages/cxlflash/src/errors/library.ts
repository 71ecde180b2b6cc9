import type { ReasonRow } from '@mdevkit/core';

const BLOCK = 'open-power/capiflash src/block/cflash_block.c';
const INTERNAL = 'open-power/capiflash src/block/cflash_block_int.c';
const SISL = 'open-power/capiflash src/block/cflash_block_sisl.c, cblk_process_sisl_cmd_err';

/** Every reason that the library gives. */
export const libraryReasons = {
  // Finding and setting up a device
  'cxlflash.no-device': {
    errno: 'ENODEV',
    text: 'no flash AFU has so many contexts free',
    source: `${INTERNAL}, cblk_open`,
  },
  'cxlflash.not-a-flash': {
    errno: 'ENODEV',
    text: 'the device has no capability of a flash AFU',
    source: 'drivers/scsi/cxlflash/main.c, cxlflash_pci_table',
  },
  'cxlflash.abi': {
    errno: 'EPROTONOSUPPORT',
    text: 'the device speaks a version of the flash interface that is not supported',
    source: 'drivers/scsi/cxlflash/main.c, start_afu (interface_version)',
  },
  'cxlflash.capability': {
    errno: 'EPROTO',
    text: 'the capability of the flash AFU contradicts itself or the device',
    source: 'PCI Express Base Specification 6.0, section 7.9.4',
  },
  'cxlflash.block-size': {
    errno: 'EOPNOTSUPP',
    text: 'the blocks of the disk do not fit into those of the library, of 4096 bytes',
    source: 'open-power/capiflash src/block/README.md, block size',
  },
  'cxlflash.no-iova': {
    errno: 'ENOSPC',
    text: 'there are no I/O virtual addresses left for the memory of another context',
    source: 'drivers/iommu/iova.c, alloc_iova',
  },

  // What a caller asked for
  'cxlflash.argument': {
    errno: 'EINVAL',
    text: 'an argument has a value that it cannot have',
    source: `${BLOCK}, cblk_open`,
  },
  'cxlflash.max-requests': {
    errno: 'ENOMEM',
    text: 'a LUN has 8192 requests at the most',
    source: `${BLOCK}, cblk_open (max_num_requests)`,
  },
  'cxlflash.access-mode': {
    errno: 'EINVAL',
    text: 'the context was not opened for such a transfer',
    source: `${BLOCK}, cblk_read and cblk_write (O_ACCMODE)`,
  },
  'cxlflash.range': {
    errno: 'EINVAL',
    text: 'the blocks are not all on the LUN',
    source: `${BLOCK}, cblk_read (lba + nblocks beyond num_blocks)`,
  },
  'cxlflash.transfer': {
    errno: 'EINVAL',
    text: 'a transfer has whole blocks, one or more, up to the largest transfer',
    source: `${BLOCK}, cblk_read (nblocks beyond max_transfer_size)`,
  },
  'cxlflash.buffer-changed': {
    errno: 'EFAULT',
    text: 'the buffer has another size than when the transfer was asked for',
    source: 'own rule: the buffer of an asynchronous transfer stays as it is until the end',
  },
  'cxlflash.would-block': {
    errno: 'EAGAIN',
    text: 'as many requests as the LUN has are in use',
    source: `${INTERNAL}, cblk_async_io (EWOULDBLOCK)`,
  },
  'cxlflash.none-active': {
    errno: 'ENOENT',
    text: 'no asynchronous request is active',
    source: `${BLOCK}, cblk_aresult (ENOENT)`,
  },
  'cxlflash.tag-free': {
    errno: 'ENOMSG',
    text: 'no asynchronous request has the tag, or its result was taken',
    source: `${BLOCK}, cblk_aresult (ENOMSG)`,
  },
  'cxlflash.tag': {
    errno: 'EINVAL',
    text: 'the tag is out of range, or nobody gave it as a user tag',
    source: `${BLOCK}, cblk_aresult (EINVAL)`,
  },
  'cxlflash.user-tag': {
    errno: 'EINVAL',
    text: 'a user tag is a number of 0 to 2^32-1 that no active request has',
    source: `${BLOCK}, cblk_aread (CBLK_ARW_USER_TAG_FLAG)`,
  },
  'cxlflash.lun-closed': {
    errno: 'EINVAL',
    text: 'the LUN is closed, or about to be',
    source: `${BLOCK}, cblk_read (CFLSH_CHUNK_CLOSE)`,
  },
  'cxlflash.closed': {
    errno: 'EBADF',
    text: 'the flash AFU or the context has been closed',
    source: 'close(2): a closed descriptor',
  },

  // Commands that ended without success
  'cxlflash.resource': {
    errno: 'EIO',
    text: 'the device found no valid entry behind the resource handle, or no block behind the entry',
    source: `${SISL} (SISL_AFU_RC_RHT_INVALID and its like)`,
  },
  'cxlflash.permission': {
    errno: 'EIO',
    text: 'the resource handle does not allow such a transfer',
    source: `${SISL} (default)`,
  },
  'cxlflash.dma-fault': {
    errno: 'EIO',
    text: 'the device could not access memory of the command',
    source: `${SISL} (SISL_AFU_RC_*_DMA_ERR)`,
  },
  'cxlflash.no-buffers': {
    errno: 'EIO',
    text: 'the device had no data buffers for the command',
    source: `${SISL} (SISL_AFU_RC_OUT_OF_DATA_BUFS)`,
  },
  'cxlflash.cap-violation': {
    errno: 'EIO',
    text: 'the context may not issue such a command',
    source: `${SISL} (SISL_AFU_RC_CAP_VIOLATION)`,
  },
  'cxlflash.link-down': {
    errno: 'ENETDOWN',
    text: 'no port leads to the disk',
    source: `${SISL} (SISL_FC_RC_LINKDOWN, SISL_FC_RC_NOLOGI, SISL_AFU_RC_NO_CHANNELS)`,
  },
  'cxlflash.afu-error': {
    errno: 'EIO',
    text: 'the device failed the command for another reason',
    source: `${SISL} (default)`,
  },
  'cxlflash.abort-pending': {
    errno: 'ETIMEDOUT',
    text: 'the port is aborting the command because its time is over',
    source: `${SISL} (SISL_FC_RC_ABORTPEND)`,
  },
  'cxlflash.fc-error': {
    errno: 'EIO',
    text: 'the port failed the command',
    source: `${SISL} (SISL_FC_RC_*)`,
  },
  'cxlflash.check-condition': {
    errno: 'EIO',
    text: 'the disk failed the command',
    source: `${INTERNAL}, cblk_process_sense_data`,
  },
  'cxlflash.busy': {
    errno: 'EBUSY',
    text: 'the disk was too busy for the command, again and again',
    source: `${SISL} (SCSI_BUSY_STATUS, SCSI_QUEUE_FULL)`,
  },
  'cxlflash.reserved': {
    errno: 'EBUSY',
    text: 'another initiator has reserved the disk',
    source: `${SISL} (SCSI_RESERVATION_CONFLICT)`,
  },
  'cxlflash.scsi-status': {
    errno: 'EIO',
    text: 'the disk answered with a status that cannot be',
    source: `${SISL} (default of scsi_rc)`,
  },
  'cxlflash.short': {
    errno: 'EIO',
    text: 'the device transferred another number of bytes than it was asked for',
    source:
      'own rule: a caller who reads n blocks gets n or an error (SISL_RC_FLAGS_UNDERRUN, _OVERRUN)',
  },
  'cxlflash.timeout': {
    errno: 'ETIMEDOUT',
    text: 'the command did not end in time',
    source: `${INTERNAL}, cblk_intrpt_thread (num_fail_timeouts)`,
  },
  'cxlflash.no-room': {
    errno: 'EBUSY',
    text: 'the device takes no commands although it has none',
    source: 'open-power/capiflash src/block/cflash_block_sisl.c, cblk_issue_sisl_cmd (cmd_room)',
  },

  // What went away
  'cxlflash.context-lost': {
    errno: 'EIO',
    text: 'the context has ended or failed',
    source:
      'drivers/scsi/cxlflash/sislite.h, SISL_ISTATUS_PERM_ERR_*; drivers/misc/cxl/file.c, afu_read',
  },
  'cxlflash.protocol': {
    errno: 'EPROTO',
    text: 'the device completed a command that it did not have',
    source: 'open-power/capiflash src/block/cflash_block_sisl.c, cblk_process_sisl_cmd_intrpt',
  },
  'cxlflash.lun-gone': {
    errno: 'ENODEV',
    text: 'the disk was taken away',
    source: 'drivers/scsi/cxlflash/superpipe.c, cxlflash_disk_verify (ENODEV)',
  },
  'cxlflash.lost': {
    errno: 'ENODEV',
    text: 'the device is gone',
    source: 'drivers/scsi/cxlflash/main.c, cxlflash_remove',
  },
} as const satisfies Record<string, ReasonRow>;

/** A reason of {@link libraryReasons}. */
export type LibraryReason = keyof typeof libraryReasons;
