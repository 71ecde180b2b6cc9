import { normalIova, type AddressSpace } from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_START,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP,
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_MASK,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_DEVICE_FEATURE_SET,
  VfioDeviceFeatureDmaLoggingRange,
  VfioUserDeviceFeatureDmaLoggingControl,
  VfioUserDeviceFeatureDmaLoggingReport,
} from '@mdevkit/uapi';

/** Bytes; the coarsest log that there is here. */
const LARGEST_GRANULE = 2 ** 21;

/**
 * Keeps the log of what the server writes by messages in step with that of the server, after a feature call that the
 * server has carried out. Returns `data` with the dirty pages of this side added if it is a report.
 */
export function followLogging(space: AddressSpace, flags: number, data: Uint8Array): Uint8Array {
  if ((flags & VFIO_DEVICE_FEATURE_PROBE) !== 0) {
    return data;
  }
  const feature = flags & VFIO_DEVICE_FEATURE_MASK;
  const sets = (flags & VFIO_DEVICE_FEATURE_SET) !== 0;
  if (sets && feature === VFIO_DEVICE_FEATURE_DMA_LOGGING_START && space.dirtyLog === undefined) {
    start(space, data);
  } else if (sets && feature === VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP) {
    space.stopDirtyTracking();
  } else if (
    (flags & VFIO_DEVICE_FEATURE_GET) !== 0 &&
    feature === VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT &&
    space.dirtyLog !== undefined
  ) {
    addOwn(space, data);
  }
  return data;
}

function start(space: AddressSpace, data: Uint8Array): void {
  const head = VfioUserDeviceFeatureDmaLoggingControl.size;
  if (data.length < head) {
    return;
  }
  const { page_size, num_ranges } = VfioUserDeviceFeatureDmaLoggingControl.decode(
    data.subarray(0, head),
  );
  if (data.length < head + num_ranges * VfioDeviceFeatureDmaLoggingRange.size) {
    return;
  }
  const pageSize = Math.min(Number(page_size), LARGEST_GRANULE);
  const ranges = Array.from({ length: num_ranges }, (_, i) => {
    const at = head + i * VfioDeviceFeatureDmaLoggingRange.size;
    const { iova, length } = VfioDeviceFeatureDmaLoggingRange.decode(data, at);
    return { iova: normalIova(iova), length: normalIova(length) };
  });
  space.startDirtyTracking(num_ranges === 0 ? { pageSize } : { pageSize, ranges });
}

function addOwn(space: AddressSpace, data: Uint8Array): void {
  const { size } = VfioUserDeviceFeatureDmaLoggingReport;
  if (data.length < size) {
    return;
  }
  const { iova, length, page_size } = VfioUserDeviceFeatureDmaLoggingReport.decode(
    data.subarray(0, size),
  );
  const pages = page_size === 0n ? 0n : (length + page_size - 1n) / page_size;
  const bitmap = data.subarray(size);
  if (pages > 0n && BigInt(bitmap.length) * 8n >= pages) {
    space.reportDirty(normalIova(iova), normalIova(length), Number(page_size), bitmap);
  }
}
