import { VfioIrqInfo, VfioUserDeviceInfo } from '@mdevkit/uapi';
import type { Reply, Request, SessionContext } from '../context.js';
import { readArgsz } from './payload.js';

/** DEVICE_GET_INFO. */
export function getInfo({ endpoint }: SessionContext, request: Request): Reply {
  readArgsz(request, VfioUserDeviceInfo.size);
  const { flags, numRegions, numIrqs } = endpoint.info();
  const payload = VfioUserDeviceInfo.encode({
    argsz: VfioUserDeviceInfo.size,
    flags,
    num_regions: numRegions,
    num_irqs: numIrqs,
  });
  return { payload };
}

/** DEVICE_GET_IRQ_INFO. */
export function getIrqInfo({ endpoint }: SessionContext, request: Request): Reply {
  readArgsz(request, VfioIrqInfo.size);
  const { index, flags, count } = endpoint.irqInfo(VfioIrqInfo.decode(request.view).index);
  return { payload: VfioIrqInfo.encode({ argsz: VfioIrqInfo.size, flags, index, count }) };
}
