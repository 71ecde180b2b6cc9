import {
  classMethod,
  createFdObject,
  createObject,
  destroyObject,
  fdObjectClass,
  flagsIn,
  handleOf,
  method,
  objectClass,
  optional,
  structOut,
  valueIn,
  valueOut,
} from '@mdevkit/core';
import { DiskInfo, PortInfo } from './disk.js';

/** What the commands of a context may do, flags of `attach`: at least one. Source: include/uapi/scsi/cxlflash_ioctl.h, O_RDONLY ... */
export const ATTACH_READ = 1 << 0;
export const ATTACH_WRITE = 1 << 1;

/**
 * A context: a window of registers, a response queue and handles of disks. Its descriptor gives the events of the context as
 * read(2) and poll(2) of a cxl context do, and closing it ends the context with all that it has.
 *
 * Source: drivers/scsi/cxlflash/superpipe.c, DK_CXLFLASH_ATTACH and DK_CXLFLASH_DETACH.
 */
export const ContextClass = fdObjectClass({
  name: 'CONTEXT',
  id: 0,
  methods: {
    /**
     * Makes a context that has disk `lun`. `mmioOffset` is where its window begins in BAR HOST_BAR, `maxTransfer` is in
     * blocks, `returnFlags` are DK_CXLFLASH_*. With `pasid` its commands work in that address space of the device.
     */
    attach: createFdObject(0, {
      lun: valueIn(1, 'u32'),
      flags: flagsIn(2, { READ: ATTACH_READ, WRITE: ATTACH_WRITE }),
      numInterrupts: valueIn(3, 'u32'),
      pasid: optional(valueIn(4, 'u32')),
      contextId: valueOut(5, 'u64'),
      mmioSize: valueOut(6, 'u64'),
      mmioOffset: valueOut(7, 'u64'),
      blockSize: valueOut(8, 'u32'),
      lastLba: valueOut(9, 'u64'),
      maxTransfer: valueOut(10, 'u64'),
      returnFlags: valueOut(11, 'u32'),
    }),
    /** Gives the context another disk (DK_CXLFLASH_ATTACH_REUSE_CONTEXT). */
    attachReuse: method(
      1,
      {
        contextId: valueIn(1, 'u64'),
        lun: valueIn(2, 'u32'),
        blockSize: valueOut(3, 'u32'),
        lastLba: valueOut(4, 'u64'),
        maxTransfer: valueOut(5, 'u64'),
      },
      'read',
    ),
    /** Takes a disk away from the context, with all handles of it; with the last one the context ends. */
    detach: method(2, { contextId: valueIn(1, 'u64'), lun: valueIn(2, 'u32') }, 'read'),
  },
});

/**
 * A handle by which the commands of a context name a whole disk.
 *
 * Source: drivers/scsi/cxlflash/superpipe.c, DK_CXLFLASH_USER_DIRECT and DK_CXLFLASH_RELEASE.
 */
export const ResourceClass = objectClass({
  name: 'RESOURCE',
  id: 1,
  methods: {
    /** `rsrcHandle` is what requests carry as `res_hndl`. Closing the context releases it. */
    userDirect: createObject(0, {
      context: handleOf(1, ContextClass, { parent: true }),
      contextId: valueIn(2, 'u64'),
      lun: valueIn(3, 'u32'),
      rsrcHandle: valueOut(4, 'u32'),
      lastLba: valueOut(5, 'u64'),
    }),
    /** EINVAL if the disk was detached from the context before, which released it. */
    release: destroyObject(1, {}),
  },
});

/** The disks of the parent and the ports to them. It has no objects. */
export const DiskClass = objectClass({
  name: 'DISK',
  id: 2,
  methods: {
    /** ENODEV for a disk that there is not. */
    info: classMethod(0, { lun: valueIn(0, 'u32'), disk: structOut(1, DiskInfo) }),
    /** How many disks and ports there are; those that were removed count. */
    count: classMethod(1, { disks: valueOut(0, 'u32'), ports: valueOut(1, 'u32') }),
    /** EINVAL for a port that there is not. */
    port: classMethod(2, { port: valueIn(0, 'u32'), info: structOut(1, PortInfo) }),
  },
});

/** All that the driver adds to the control plane of its devices. */
export const flashClasses = [ContextClass, ResourceClass, DiskClass] as const;
