import {
  VFIO_REGION_INFO_FLAG_CAPS,
  VfioDeviceInfo,
  VfioIrqInfo,
  VfioRegionInfo,
} from '@mdevkit/uapi';
import type { Endpoint } from '../endpoint.js';
import { readArgsz } from './argsz.js';
import { packCapabilities } from './capability-chain.js';

/** The part of vfio_device_info that every caller has: up to num_irqs. */
const DEVICE_INFO_MIN = 16;

/** VFIO_DEVICE_GET_INFO. Writes no byte beyond the caller's argsz. */
export function getDeviceInfo(endpoint: Endpoint, arg: DataView): number {
  const argsz = readArgsz(arg, DEVICE_INFO_MIN);
  const info = endpoint.info();
  copyOut(
    arg,
    VfioDeviceInfo.encode({
      argsz,
      flags: info.flags,
      num_regions: info.numRegions,
      num_irqs: info.numIrqs,
    }),
    argsz,
  );
  return 0;
}

/**
 * VFIO_DEVICE_GET_REGION_INFO. When the capability chain does not fit, the call succeeds without it: CAPS is
 * set, cap_offset is 0, and argsz says how much is needed.
 *
 * Source: Linux drivers/vfio/vfio_main.c, vfio_get_region_info.
 */
export function getRegionInfo(endpoint: Endpoint, arg: DataView): number {
  const argsz = readArgsz(arg, VfioRegionInfo.size);
  const index = VfioRegionInfo.view().at(arg).index;
  const info = endpoint.regionInfo(index);
  const chain = packCapabilities(info.capabilities, VfioRegionInfo.size);
  const needed = VfioRegionInfo.size + chain.length;
  const fits = argsz >= needed;
  const hasChain = chain.length > 0;
  const head = VfioRegionInfo.encode({
    argsz: hasChain && !fits ? needed : argsz,
    flags: info.flags | (hasChain ? VFIO_REGION_INFO_FLAG_CAPS : 0),
    index,
    cap_offset: hasChain && fits ? VfioRegionInfo.size : 0,
    size: BigInt(info.size),
    offset: BigInt(info.offset),
  });
  copyOut(arg, head, argsz);
  if (fits) {
    bytesOf(arg).set(chain, VfioRegionInfo.size);
  }
  return 0;
}

/** VFIO_DEVICE_GET_IRQ_INFO. */
export function getIrqInfo(endpoint: Endpoint, arg: DataView): number {
  const argsz = readArgsz(arg, VfioIrqInfo.size);
  const { index, flags, count } = endpoint.irqInfo(VfioIrqInfo.view().at(arg).index);
  copyOut(arg, VfioIrqInfo.encode({ argsz, flags, index, count }), argsz);
  return 0;
}

function copyOut(arg: DataView, bytes: Uint8Array, argsz: number): void {
  bytesOf(arg).set(bytes.subarray(0, Math.min(bytes.length, argsz)));
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
