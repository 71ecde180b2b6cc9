import {
  MdevError,
  MdevHost,
  type CreateOptions,
  type Device,
  type DeviceEvent,
  type DeviceInfo,
  type DmaMap,
  type FeatureReply,
  type Iova,
  type Mapping,
  type MdevIdentity,
} from '@mdevkit/core';
import { VFIO_DEVICE_FEATURE_PROBE, VFIO_DEVICE_STATE_RUNNING } from '@mdevkit/uapi';
import { DeviceProxy, hostsWith } from './device-proxy.js';
import { core, never, type Mutant } from './mutant.js';

/** The same for maps, features, migration, and for who has a device when. */
export const coreLifeMutants: readonly Mutant[] = [
  core(
    'core-unmap-count',
    'type1 v2 unmap: the bytes that were unmapped are not counted',
    hostsWith(
      class extends DeviceProxy {
        override async dmaUnmap(iova: Iova, size: number): Promise<number> {
          await super.dmaUnmap(iova, size);
          return 0;
        }
      },
    ),
  ),
  core(
    'core-map-overlaps',
    'vfio_iommu_type1.c, vfio_dma_do_map: a map over another one is accepted',
    hostsWith(
      class extends DeviceProxy {
        override async dmaMap(map: DmaMap): Promise<void> {
          try {
            await super.dmaMap(map);
          } catch (error) {
            if (!MdevError.is(error) || error.code !== 'EEXIST') {
              throw error;
            }
          }
        }
      },
    ),
  ),
  core(
    'core-map-unaligned',
    'vfio_iommu_type1.c, vfio_dma_do_map: a map that is not on pages is accepted',
    hostsWith(
      class extends DeviceProxy {
        override async dmaMap(map: DmaMap): Promise<void> {
          if (Number(map.iova) % 4096 === 0) {
            await super.dmaMap(map);
          }
        }
      },
    ),
  ),
  core(
    'core-maps-anything',
    'mmap range: a map that is not on pages gets some pages',
    hostsWith(
      class extends DeviceProxy {
        override mmap(region: number, offset: number, length: number): Promise<Mapping> {
          return super.mmap(region, offset - (offset % 4096), length);
        }
      },
    ),
  ),
  core(
    'core-probe-promises',
    'feature unknown: a probe of a feature that does not exist succeeds',
    hostsWith(
      class extends DeviceProxy {
        override async feature(flags: number, payload: Uint8Array): Promise<FeatureReply> {
          if ((flags & VFIO_DEVICE_FEATURE_PROBE) !== 0) {
            return { data: new Uint8Array() };
          }
          return super.feature(flags, payload);
        }
      },
    ),
  ),
  core(
    'core-migration-state',
    'VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE: the state is RUNNING whatever was done',
    hostsWith(
      class extends DeviceProxy {
        override async migrationState(): Promise<number> {
          await super.migrationState();
          return VFIO_DEVICE_STATE_RUNNING;
        }
      },
    ),
  ),
  core(
    'core-closes-once',
    'close again: a second close is an error',
    hostsWith(
      class extends DeviceProxy {
        #closed = false;

        override async close(): Promise<void> {
          if (this.#closed) {
            throw new MdevError('EBADF', 'device.closed', 'closed already');
          }
          this.#closed = true;
          await super.close();
        }
      },
    ),
  ),
  core(
    'core-answers-after-close',
    'use after close: a device that was closed still says what it is',
    hostsWith(
      class extends DeviceProxy {
        #info: Promise<DeviceInfo> | undefined;

        override info(): Promise<DeviceInfo> {
          this.#info ??= super.info();
          return this.#info;
        }
      },
    ),
  ),
  core(
    'core-events-go-on',
    'waiters at close: the events of a device that was closed never end',
    hostsWith(
      class extends DeviceProxy {
        override events(): AsyncIterableIterator<DeviceEvent, undefined> {
          const events = super.events();
          const endless: AsyncIterableIterator<DeviceEvent, undefined> = {
            next: async () => {
              const event = await events.next();
              return event.done === true ? never() : event;
            },
            [Symbol.asyncIterator]: () => endless,
          };
          return endless;
        }
      },
    ),
  ),
  core(
    'core-opens-twice',
    'second open: two clients have one device',
    class extends MdevHost {
      readonly #open = new Map<string, Device>();

      override async open(uuid: string): Promise<Device> {
        try {
          const device = await super.open(uuid);
          this.#open.set(uuid, device);
          return device;
        } catch (error) {
          const device = this.#open.get(uuid);
          if (device === undefined || !MdevError.is(error) || error.code !== 'EBUSY') {
            throw error;
          }
          return device;
        }
      }
    },
  ),
  core(
    'core-creates-twice',
    'mdev_core.c, mdev_device_create: a UUID that exists is given out again',
    class extends MdevHost {
      readonly #made = new Map<string, MdevIdentity>();

      override async create(options: CreateOptions): Promise<MdevIdentity> {
        const had = this.#made.get(options.uuid ?? '');
        const identity = had ?? (await super.create(options));
        this.#made.set(identity.uuid, identity);
        return identity;
      }
    },
  ),
  core(
    'core-remove-waits',
    'mdev_core.c, mdev_device_remove: the removal of a device that nobody has open never ends',
    class extends MdevHost {
      override async remove(uuid: string, graceMs?: number): Promise<void> {
        await super.remove(uuid, graceMs);
        await never();
      }
    },
  ),
  core(
    'core-hides-removal',
    'use after revoke: a device that was taken away answers EIO instead of ENODEV',
    hostsWith(
      class extends DeviceProxy {
        override async info(): Promise<DeviceInfo> {
          try {
            return await super.info();
          } catch (error) {
            if (MdevError.is(error) && error.code === 'ENODEV') {
              throw new MdevError('EIO', 'device.failed', 'the device has gone');
            }
            throw error;
          }
        }
      },
    ),
  ),
];
