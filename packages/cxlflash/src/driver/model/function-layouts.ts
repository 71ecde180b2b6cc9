import { pciLayout, pcieEndpoint, vendorCapability, type PciFunctionLayout } from '@mdevkit/pci';
import {
  CXLFLASH_MAX_CONTEXT,
  SISL_INTVER_CAP_IOARRIN_CMD_MODE,
  SISL_INTVER_CAP_SHIFT,
} from '@mdevkit/uapi';
import {
  COMMAND_ROOM,
  FLASH_ABI_VERSION,
  FLASH_CAPABILITY_ID,
  FLASH_CLASS_CODE,
  FLASH_DEVICE_ID,
  FLASH_MODE_IOARRIN,
  FLASH_VENDOR_ID,
  FlashCapability,
  HOST_BAR,
  HOST_STRIDE,
  MAX_RESOURCES,
} from '../../abi/index.js';

/** The compiled layouts of a parent's functions: one for each number of contexts, made on first use. */
export class FunctionLayouts {
  readonly #byContexts = new Map<number, PciFunctionLayout>();

  layout(contexts: number): PciFunctionLayout {
    const known = this.#byContexts.get(contexts);
    if (known !== undefined) {
      return known;
    }
    const layout = flashLayout(contexts);
    this.#byContexts.set(contexts, layout);
    return layout;
  }
}

/** Contexts that have a window: the others cannot be used. */
export function windowsOf(contexts: number): number {
  return Math.min(contexts, CXLFLASH_MAX_CONTEXT);
}

/** Config space and BAR of a flash AFU. It has no interrupts of its own: a context's come on its descriptor. */
export function flashLayout(contexts: number): PciFunctionLayout {
  const windows = windowsOf(contexts);
  return pciLayout({
    vendorId: FLASH_VENDOR_ID,
    deviceId: FLASH_DEVICE_ID,
    subsystemVendorId: FLASH_VENDOR_ID,
    subsystemId: contexts,
    revision: FLASH_ABI_VERSION,
    classCode: FLASH_CLASS_CODE,
    bars: {
      [HOST_BAR]: { size: windows * HOST_STRIDE, kind: 'memory64', name: 'host' },
    },
    capabilities: [
      pcieEndpoint({ type: 'integrated' }),
      vendorCapability({
        id: FLASH_CAPABILITY_ID,
        version: FLASH_ABI_VERSION,
        name: 'cxlflash',
        payload: FlashCapability.encode({
          host_bar: HOST_BAR,
          modes: FLASH_MODE_IOARRIN,
          contexts: windows,
          host_stride: HOST_STRIDE,
          command_room: COMMAND_ROOM,
          resources: MAX_RESOURCES,
          interface_capabilities: SISL_INTVER_CAP_IOARRIN_CMD_MODE << BigInt(SISL_INTVER_CAP_SHIFT),
        }),
      }),
    ],
  });
}
