import type { Bench } from '../../bench/index.js';
import type { Life } from './activity.js';

/** A way in which a client loses a device. */
export interface Ending {
  readonly id: string;
  /** How it reads after `after`. */
  readonly title: string;
  readonly source: string;
  /** What is left: an mdev that can be opened again, room for a new one, or not even its parent. */
  readonly leaves: 'mdev' | 'room' | 'nothing';
  /** What the client's calls are answered from now on. */
  readonly code: 'EBADF' | 'ENODEV';
  readonly end: (bench: Bench, life: Life) => Promise<void>;
}

const CLOSE = 'include/linux/vfio.h, struct vfio_device_ops, close_device';
const REMOVE = 'drivers/vfio/mdev/mdev_core.c, mdev_device_remove';
const PARENT = 'drivers/vfio/mdev/mdev_core.c, mdev_unregister_parent';
const GRACE_MS = 5000;

/** The client stays until it is too late. */
async function waitOut(bench: Bench, removal: Promise<void>): Promise<void> {
  await bench.settle();
  bench.advance(GRACE_MS);
  await removal;
}

const ways: readonly Ending[] = [
  {
    id: 'close',
    title: 'a close',
    source: CLOSE,
    leaves: 'mdev',
    code: 'EBADF',
    end: (_bench, { device }) => device.close(),
  },
  {
    id: 'asked',
    title: 'a removal that the client heeds',
    source: 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_request',
    leaves: 'room',
    code: 'EBADF',
    end: async ({ host }, { uuid, device }) => {
      const removal = host.remove(uuid, GRACE_MS);
      await device.close();
      await removal;
    },
  },
  {
    id: 'grace-over',
    title: 'a removal whose grace is over',
    source: REMOVE,
    leaves: 'room',
    code: 'ENODEV',
    end: (bench, { uuid }) => waitOut(bench, bench.host.remove(uuid, GRACE_MS)),
  },
  {
    id: 'removal',
    title: 'a removal without grace',
    source: REMOVE,
    leaves: 'room',
    code: 'ENODEV',
    end: ({ host }, { uuid }) => host.remove(uuid, 0),
  },
  {
    id: 'surprise',
    title: 'the device is pulled out',
    source: 'PCIe Base Spec 6.7.2.1, surprise removal',
    leaves: 'room',
    code: 'ENODEV',
    end: ({ watch }, { uuid }) => watch.mdev(uuid).surpriseRemove(),
  },
  {
    id: 'parent',
    title: 'the removal of its parent',
    source: PARENT,
    leaves: 'nothing',
    code: 'ENODEV',
    end: (bench) => bench.host.removeParent(bench.type.parent, 0),
  },
  {
    id: 'parent-grace',
    title: 'the removal of its parent with grace',
    source: PARENT,
    leaves: 'nothing',
    code: 'ENODEV',
    end: (bench) => waitOut(bench, bench.host.removeParent(bench.type.parent, GRACE_MS)),
  },
  {
    id: 'unload',
    title: 'its driver is unloaded',
    source: 'drivers/vfio/mdev/mdev_driver.c, mdev_unregister_driver',
    leaves: 'nothing',
    code: 'ENODEV',
    end: (bench) => bench.unload(),
  },
  {
    id: 'host',
    title: 'its host is closed',
    source: 'own rule',
    leaves: 'nothing',
    code: 'ENODEV',
    end: ({ host }) => host.close(),
  },
];

/** All of them. */
export const endings: readonly Ending[] = [...ways];
