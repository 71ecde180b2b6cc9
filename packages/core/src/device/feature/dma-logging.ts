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
/** Bytes; the largest page of a report, as numbers are exact. */
const MAX_PAGE = 2n ** 52n;
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
export function dmaLoggingFeatures(plane: { readonly space: AddressSpace }): FeatureHandler[] {
  /** What was asked when logging started. */
  let started: Uint8Array = new Uint8Array(0);
  return [
    {
      id: VFIO_DEVICE_FEATURE_DMA_LOGGING_START,
      name: 'DMA_LOGGING_START',
      payloadSize: START_BYTES,
      variable: true,
      set: (payload) => {
        const { space } = plane;
        if (space.dirtyLog === undefined) {
          start(space, dataView(payload));
          started = payload;
        } else if (!isEqual(payload, started)) {
          throw failure('dirty.started', { pageSize: space.dirtyLog.pageSize });
        }
      },
    },
    {
      id: VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP,
      name: 'DMA_LOGGING_STOP',
      payloadSize: 0,
      set: () => {
        plane.space.stopDirtyTracking();
      },
    },
    {
      id: VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT,
      name: 'DMA_LOGGING_REPORT',
      payloadSize: REPORT_BYTES,
      variable: true,
      get: (request) => report(plane.space, request),
    },
  ];
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function start(space: AddressSpace, payload: DataView): void {
  const wanted = payload.getBigUint64(0, true);
  if ((wanted & (wanted - 1n)) !== 0n) {
    throw failure('dirty.granule', { pageSize: wanted });
  }
  if (payload.getUint32(12, true) !== 0) {
    throw failure('feature.payload', { problem: 'a reserved field is not 0' });
  }
  // A hint: a client that wants larger pages gets a finer log, and reports fold it.
  const pageSize = Math.min(Number(wanted), LARGEST_GRANULE);
  const count = payload.getUint32(8, true);
  const needed = START_BYTES + count * RANGE_BYTES;
  if (payload.byteLength < needed) {
    throw failure('feature.payload', { needed, given: payload.byteLength });
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
  if (pageSize > MAX_PAGE || (pageSize & (pageSize - 1n)) !== 0n) {
    throw failure('dirty.page-size', { pageSize });
  }
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
