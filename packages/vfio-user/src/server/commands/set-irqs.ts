import { VfioIrqSet } from '@mdevkit/uapi';
import type { Request, SessionContext } from '../context.js';
import { readArgsz } from './payload.js';

/** DEVICE_SET_IRQS; the reply is a bare header. */
export function setIrqs({ irqs }: SessionContext, request: Request): undefined {
  readArgsz(request, VfioIrqSet.size);
  const { flags, index, start, count } = VfioIrqSet.decode(request.view);
  const data = request.payload.subarray(VfioIrqSet.size);
  using descriptors = request.takeDescriptors();
  irqs.set({ index, flags, start, count, data, descriptors: descriptors.length }, descriptors);
}
