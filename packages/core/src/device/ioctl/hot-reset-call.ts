import {
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_DEVICE_PCI_HOT_RESET,
  VfioPciHotReset,
  VfioPciHotResetInfo,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { Endpoint } from '../endpoint.js';
import { readArgsz } from './argsz.js';

/**
 * VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and VFIO_DEVICE_PCI_HOT_RESET: a mediated device is alone in its reset, so a
 * PCI function answers as one without a slot or bus reset does, ENODEV. Other devices have no such call.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_get_pci_hot_reset_info.
 */
export function hotReset(endpoint: Endpoint, request: number, arg: DataView): never {
  if ((endpoint.info().flags & VFIO_DEVICE_FLAGS_PCI) === 0) {
    throw failure('ioctl.unknown', { request });
  }
  readArgsz(arg, VfioPciHotResetInfo.size);
  const { flags } = VfioPciHotReset.view().at(arg);
  if (request === VFIO_DEVICE_PCI_HOT_RESET && flags !== 0) {
    throw failure('hotreset.flags', { flags });
  }
  throw failure('hotreset.none');
}
