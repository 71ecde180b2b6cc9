import {
  msix,
  pciLayout,
  pcieEndpoint,
  vendorCapability,
  type PciFunctionLayout,
} from '@mdevkit/pci';
import {
  ACCEL_ABI_VERSION,
  ACCEL_CAPABILITY_ID,
  ACCEL_CLASS_CODE,
  ACCEL_DEVICE_ID,
  ACCEL_VENDOR_ID,
  AccelCapability,
  CONTROL_BAR,
  CONTROL_BAR_SIZE,
  DOORBELL_BAR,
  DOORBELL_STRIDE,
  MAX_DEPTH_LOG2,
  MAX_QUEUES,
  MAX_TRANSFER,
  MSIX_BAR,
  MSIX_BAR_SIZE,
  MSIX_PBA_OFFSET,
  QUEUE_OFFSET,
  QUEUE_STRIDE,
  SHARED_BAR,
  SHARED_SIZE,
} from '../../abi/index.js';

/** What the functions of a parent may differ in. */
export interface FunctionTraits {
  /** 1 .. {@link MAX_QUEUES}. */
  readonly queues: number;
  /** Bitmap by opcode. */
  readonly algorithms: number;
  readonly inFlight: number;
}

/** The compiled layouts of a parent's functions: one for each number of queues, made on first use. */
export class FunctionLayouts {
  readonly #byQueues = new Map<number, PciFunctionLayout>();

  layout(traits: FunctionTraits): PciFunctionLayout {
    const known = this.#byQueues.get(traits.queues);
    if (known !== undefined) {
      return known;
    }
    const layout = accelLayout(traits);
    this.#byQueues.set(traits.queues, layout);
    return layout;
  }
}

/** Config space and BARs of an accelerator. */
export function accelLayout({ queues, algorithms, inFlight }: FunctionTraits): PciFunctionLayout {
  return pciLayout({
    vendorId: ACCEL_VENDOR_ID,
    deviceId: ACCEL_DEVICE_ID,
    subsystemVendorId: ACCEL_VENDOR_ID,
    subsystemId: queues,
    revision: ACCEL_ABI_VERSION,
    classCode: ACCEL_CLASS_CODE,
    bars: {
      [CONTROL_BAR]: { size: CONTROL_BAR_SIZE, name: 'control' },
      [MSIX_BAR]: { size: MSIX_BAR_SIZE, name: 'msix' },
      [DOORBELL_BAR]: {
        size: DOORBELL_STRIDE * MAX_QUEUES,
        kind: 'memory64',
        name: 'doorbells',
      },
      [SHARED_BAR]: { size: SHARED_SIZE, kind: 'memory64', prefetchable: true, name: 'shared' },
    },
    capabilities: [
      pcieEndpoint({ type: 'integrated' }),
      msix({
        vectors: queues,
        table: { bar: MSIX_BAR, offset: 0 },
        pba: { bar: MSIX_BAR, offset: MSIX_PBA_OFFSET },
      }),
      vendorCapability({
        id: ACCEL_CAPABILITY_ID,
        version: ACCEL_ABI_VERSION,
        name: 'accel',
        payload: AccelCapability.encode({
          control_bar: CONTROL_BAR,
          doorbell_bar: DOORBELL_BAR,
          shared_bar: SHARED_BAR,
          queue_count: queues,
          queue_offset: QUEUE_OFFSET,
          queue_stride: QUEUE_STRIDE,
          doorbell_stride: DOORBELL_STRIDE,
          shared_size: SHARED_SIZE,
          algorithms,
          max_transfer: MAX_TRANSFER,
          max_depth_log2: MAX_DEPTH_LOG2,
          in_flight: inFlight,
        }),
      }),
    ],
  });
}
