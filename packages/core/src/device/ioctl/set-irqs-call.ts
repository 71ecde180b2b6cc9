import {
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_TYPE_MASK,
  VfioIrqSet,
} from '@mdevkit/uapi';
import type { SetIrqs } from '../contract.js';
import type { Endpoint } from '../endpoint.js';
import { readArgsz } from './argsz.js';
import type { Descriptors } from './descriptors.js';

/**
 * VFIO_DEVICE_SET_IRQS. The payload is taken as it is, also when it is too short: the shared validation
 * looks at its length only after the index, range and flags, so that the first broken rule is the answer.
 */
export function setIrqs(endpoint: Endpoint, arg: DataView, descriptors: Descriptors): number {
  const argsz = readArgsz(arg, VfioIrqSet.size);
  const { flags, index, start, count } = VfioIrqSet.view().at(arg);
  const room = argsz - VfioIrqSet.size;
  const head = { index, flags, start, count };
  return endpoint.setIrqs(
    { ...head, ...payload(arg, flags & VFIO_IRQ_SET_DATA_TYPE_MASK, count, room) },
    descriptors.resolve,
  );
}

function payload(
  arg: DataView,
  dataType: number,
  count: number,
  room: number,
): Pick<SetIrqs, 'bools' | 'slots'> {
  const at = VfioIrqSet.size;
  if (dataType === VFIO_IRQ_SET_DATA_BOOL) {
    const length = Math.min(count, room);
    return { bools: new Uint8Array(arg.buffer, arg.byteOffset + at, length).slice() };
  }
  if (dataType === VFIO_IRQ_SET_DATA_EVENTFD) {
    const length = Math.min(count, Math.floor(room / 4));
    return { slots: Array.from({ length }, (_, i) => arg.getInt32(at + i * 4, true)) };
  }
  return {};
}
