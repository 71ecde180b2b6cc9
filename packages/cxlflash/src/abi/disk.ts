import { CXLFLASH_WWID_LEN, bytes, pad, struct, u32, u64, type StructValue } from '@mdevkit/uapi';

/** What a disk is used for: nothing, virtual disks cut from it, or as a whole. Source: drivers/scsi/cxlflash/superpipe.h, enum lun_mode. */
export const DiskMode = { NONE: 0, VIRTUAL: 1, PHYSICAL: 2 } as const;

/** A value of {@link DiskMode}. */
export type DiskModeCode = (typeof DiskMode)[keyof typeof DiskMode];

/** A disk. `ports` is a mask of the ports that lead to it, `wwid` its worldwide name. */
export const DiskInfo = struct('flash_disk_info', {
  last_lba: u64(0),
  block_size: u32(8),
  ports: u32(12),
  mode: u32(16),
  pad: pad(20, 4),
  wwid: bytes(24, CXLFLASH_WWID_LEN),
});

/** {@link DiskInfo}, decoded. */
export type DiskInfoValue = StructValue<typeof DiskInfo>;

/** A port; `link_up` is 0 or 1. */
export const PortInfo = struct('flash_port_info', {
  link_up: u32(0),
  pad: pad(4, 4),
  wwpn: u64(8),
});
