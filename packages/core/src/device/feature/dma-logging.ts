import {
  VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_START,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import { normalIova, type AddressSpace } from '../../iommu/index.js';
import type { FeatureHandler } from './feature-handler.js';

/** page_size u64, num_ranges u32, reserved u32. */
const START_BYTES = 16;
/** iova u64, length u64. */
const RANGE_BYTES = 16;
/** iova u64, length u64, page_size u64. */
const REPORT_BYTES = 24;
/** Bytes; the coarsest log that there is. */
const LARGEST_GRANULE = 2 ** 21;
/** The kernel's bound of a bitmap (vfio_iommu_type1.c, DIRTY_BITMAP_SIZE_MAX). */
const LARGEST_BITMAP = 2 ** 28;

/**
 * Which memory the device wrote to: the DMA_LOGGING features, with ranges and bitmap in the payload itself, as a
 * message carries them; the kernel's structures point to them instead. No ranges log everything.
 *
 * Source: Linux include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_DMA_LOGGING_START and the following; vfio-user
 * protocol, VFIO_USER_DEVICE_FEATURE.
 */
export function dmaLoggingFeatures(space: AddressSpace): FeatureHandler[] {
  return [
    {
      id: VFIO_DEVICE_FEATURE_DMA_LOGGING_START,
      name: 'DMA_LOGGING_START',
      payloadSize: START_BYTES,
      variable: true,
      set: (payload) => {
        start(space, dataView(payload));
      },
    },
    {
      id: VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP,
      name: 'DMA_LOGGING_STOP',
      payloadSize: 0,
      set: () => {
        space.stopDirtyTracking();
      },
    },
    {
      id: VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT,
      name: 'DMA_LOGGING_REPORT',
      payloadSize: REPORT_BYTES,
      variable: true,
      get: (request) => report(space, request),
    },
  ];
}

function start(space: AddressSpace, payload: DataView): void {
  // A hint: a client that wants larger pages gets a finer log, and reports fold it.
  const pageSize = Math.min(Number(payload.getBigUint64(0, true)), LARGEST_GRANULE);
  const count = payload.getUint32(8, true);
  const needed = START_BYTES + count * RANGE_BYTES;
  if (payload.byteLength < needed) {
    throw failure('feature.payload', { needed, given: payload.byteLength });
  }
  if (space.dirtyLog !== undefined) {
    if (space.dirtyLog.pageSize === pageSize) {
      return;
    }
    throw failure('dirty.started', { pageSize: space.dirtyLog.pageSize });
  }
  const ranges = Array.from({ length: count }, (_, i) => ({
    iova: normalIova(payload.getBigUint64(START_BYTES + i * RANGE_BYTES, true)),
    length: normalIova(payload.getBigUint64(START_BYTES + i * RANGE_BYTES + 8, true)),
  }));
  space.startDirtyTracking(count === 0 ? { pageSize } : { pageSize, ranges });
}

function report(space: AddressSpace, request: Uint8Array): Uint8Array {
  const view = dataView(request);
  const iova = normalIova(view.getBigUint64(0, true));
  const length = view.getBigUint64(8, true);
  const pageSize = view.getBigUint64(16, true);
  const pages = pageSize === 0n ? 0n : (length + pageSize - 1n) / pageSize;
  const bytes = ((pages + 63n) / 64n) * 8n;
  if (bytes > LARGEST_BITMAP || Number(bytes) > request.length - REPORT_BYTES) {
    throw failure('feature.payload', { needed: bytes, given: request.length - REPORT_BYTES });
  }
  const answer = new Uint8Array(REPORT_BYTES + Number(bytes));
  answer.set(request.subarray(0, REPORT_BYTES));
  const bitmap = answer.subarray(REPORT_BYTES);
  space.reportDirty(iova, normalIova(length), Number(pageSize), bitmap);
  return answer;
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
