import {
  VFIO_USER_DEVICE_GET_INFO,
  VFIO_USER_DEVICE_GET_IRQ_INFO,
  VFIO_USER_DEVICE_GET_REGION_INFO,
  VFIO_USER_DMA_UNMAP,
  VfioIrqInfo,
  VfioRegionInfo,
  VfioUserDeviceInfo,
  VfioUserDmaUnmap,
} from '@mdevkit/uapi';
import type { Request } from '../context.js';

/**
 * What a client is told that cannot read errors: it waits for the payload of a success and would wait for ever. There
 * is no such region, interrupt or device; and what could not be unmapped was not there. Nothing for any other command.
 */
export function replyInsteadOfError({ command, payload, view }: Request): Uint8Array {
  const index = payload.length < 12 ? 0 : view.getUint32(8, true);
  switch (command) {
    case VFIO_USER_DEVICE_GET_INFO:
      return VfioUserDeviceInfo.encode({ argsz: VfioUserDeviceInfo.size });
    case VFIO_USER_DEVICE_GET_REGION_INFO:
      return VfioRegionInfo.encode({ argsz: VfioRegionInfo.size, index });
    case VFIO_USER_DEVICE_GET_IRQ_INFO:
      return VfioIrqInfo.encode({ argsz: VfioIrqInfo.size, index });
    case VFIO_USER_DMA_UNMAP: {
      const echo = new Uint8Array(VfioUserDmaUnmap.size);
      echo.set(payload.subarray(0, echo.length));
      return echo;
    }
    default:
      return new Uint8Array(0);
  }
}
