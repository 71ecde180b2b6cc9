import {
  MdevError,
  type DeviceInfo,
  type IrqInfo,
  type RegionInfo,
  type SetIrqs,
} from '@mdevkit/core';
import {
  VFIO_DEVICE_FLAGS_RESET,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_NONE,
  VFIO_REGION_INFO_FLAG_CAPS,
} from '@mdevkit/uapi';
import { DeviceProxy, hostsWith } from './device-proxy.js';
import { core, type Mutant } from './mutant.js';

/** What another core, or another way to a device, may answer wrongly. */
export const coreMutants: readonly Mutant[] = [
  core(
    'core-reads-beyond',
    'region end, clip: a read over the end of a region counts bytes that are not there',
    hostsWith(
      class extends DeviceProxy {
        override async read(region: number, offset: number, into: Uint8Array): Promise<number> {
          await super.read(region, offset, into);
          return into.length;
        }
      },
    ),
  ),
  core(
    'core-starts-beyond',
    'region start: an access beyond the end is 0 bytes instead of EINVAL',
    hostsWith(
      class extends DeviceProxy {
        override async read(region: number, offset: number, into: Uint8Array): Promise<number> {
          const { size } = await this.inner.regionInfo(region);
          return offset >= size && size > 0 ? 0 : super.read(region, offset, into);
        }
      },
    ),
  ),
  core(
    'core-refuses-nothing',
    'nothing to do: an access of 0 bytes is EINVAL',
    hostsWith(
      class extends DeviceProxy {
        override async write(region: number, offset: number, from: Uint8Array): Promise<number> {
          if (from.length === 0) {
            throw new MdevError('EINVAL', 'region.range', 'nothing to write');
          }
          return super.write(region, offset, from);
        }
      },
    ),
  ),
  core(
    'core-throws-plain',
    'errors: what a client gets is no MdevError',
    hostsWith(
      class extends DeviceProxy {
        override async regionInfo(index: number): Promise<RegionInfo> {
          try {
            return await super.regionInfo(index);
          } catch (error) {
            throw new Error(String(error));
          }
        }
      },
    ),
  ),
  core(
    'core-offset-zero',
    'struct vfio_region_info: every region starts at offset 0 of the file',
    hostsWith(
      class extends DeviceProxy {
        override async regionInfo(index: number): Promise<RegionInfo> {
          return { ...(await super.regionInfo(index)), offset: 0 };
        }
      },
    ),
  ),
  core(
    'core-caps-flag',
    'chain fits: CAPS is not set though there are capabilities',
    hostsWith(
      class extends DeviceProxy {
        override async regionInfo(index: number): Promise<RegionInfo> {
          const info = await super.regionInfo(index);
          return { ...info, flags: info.flags & ~VFIO_REGION_INFO_FLAG_CAPS };
        }
      },
    ),
  ),
  core(
    'core-counts-regions',
    'struct vfio_device_info: one region more than there are',
    hostsWith(
      class extends DeviceProxy {
        override async info(): Promise<DeviceInfo> {
          const info = await super.info();
          return { ...info, numRegions: info.numRegions + 1 };
        }
      },
    ),
  ),
  core(
    'core-hides-reset',
    'VFIO_DEVICE_FLAGS_RESET: the flag is missing and a reset works',
    hostsWith(
      class extends DeviceProxy {
        override async info(): Promise<DeviceInfo> {
          const info = await super.info();
          return { ...info, flags: info.flags & ~VFIO_DEVICE_FLAGS_RESET };
        }
      },
    ),
  ),
  core(
    'core-resets-nothing',
    'VFIO_DEVICE_RESET: a reset is answered and not done',
    hostsWith(
      class extends DeviceProxy {
        override async reset(): Promise<void> {
          await this.inner.info();
        }
      },
    ),
  ),
  core(
    'core-irq-flags',
    'VFIO_IRQ_INFO_EVENTFD: no index takes an eventfd',
    hostsWith(
      class extends DeviceProxy {
        override async irqInfo(index: number): Promise<IrqInfo> {
          return { ...(await super.irqInfo(index)), flags: 0 };
        }
      },
    ),
  ),
  core(
    'core-irq-checks-nothing',
    'SET_IRQS: what the kernel refuses is done silently',
    hostsWith(
      class extends DeviceProxy {
        override async setIrqs(request: SetIrqs): Promise<number> {
          try {
            return await super.setIrqs(request);
          } catch (error) {
            if (MdevError.is(error) && error.code === 'EINVAL') {
              return 0;
            }
            throw error;
          }
        }
      },
    ),
  ),
  core(
    'core-irq-no-loopback',
    'SET_IRQS, DATA_BOOL: a client that triggers its own interrupt hears nothing',
    hostsWith(
      class extends DeviceProxy {
        override async setIrqs(request: SetIrqs): Promise<number> {
          const isBool = (request.flags & VFIO_IRQ_SET_DATA_BOOL) !== 0;
          return isBool ? 0 : super.setIrqs(request);
        }
      },
    ),
  ),
  core(
    'core-irq-stays-enabled',
    'SET_IRQS, disable: an index goes on after it was disabled',
    hostsWith(
      class extends DeviceProxy {
        override async setIrqs(request: SetIrqs): Promise<number> {
          const isDisable = (request.flags & VFIO_IRQ_SET_DATA_NONE) !== 0 && request.count === 0;
          return isDisable ? 0 : super.setIrqs(request);
        }
      },
    ),
  ),
];
