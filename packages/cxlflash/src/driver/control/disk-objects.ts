import { implement, type Implementation } from '@mdevkit/core';
import { DiskClass } from '../../abi/index.js';
import type { FlashParent } from '../parent/index.js';

/** What a client may ask of the disks and ports of a parent. */
export function diskObjects(parent: FlashParent): Implementation<typeof DiskClass, undefined> {
  return implement(DiskClass).withState<undefined>({
    info: ({ lun }) => {
      const { lastLba, store, ports, mode, wwid } = parent.disk(lun);
      return {
        disk: { last_lba: BigInt(lastLba), block_size: store.blockSize, ports, mode, wwid },
      };
    },
    count: () => ({ disks: parent.disks.length, ports: parent.ports.count }),
    port: ({ port }) => {
      const wwpn = parent.ports.nameOf(port);
      return { info: { link_up: (parent.ports.up >>> port) & 1, wwpn } };
    },
  });
}
