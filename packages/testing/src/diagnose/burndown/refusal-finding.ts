import { MdevError, type ClientCall, type ClientCallKind } from '@mdevkit/core';
import { IbUverbsIoctlHdr } from '@mdevkit/uapi';
import { hex, valueOf, WIDEST_VALUE, type DevicePlaces } from '../names/index.js';
import { featureAccess, featureName } from './feature-name.js';
import type { BurndownFinding, BurndownKind } from './row.js';

/** Reasons that say: the device has no such thing. Others say that the client did something wrong. */
const missing: ReadonlyMap<string, BurndownKind> = new Map<string, BurndownKind>([
  ['region.index', 'no-region'],
  ['region.direction', 'read-only'],
  ['region.mmap', 'call'],
  ['irq.index', 'no-irq'],
  ['irq.action', 'no-irq'],
  ['feature.unknown', 'feature'],
  ['device.no-reset', 'call'],
]);

/**
 * Every client asks for every index once, to find out which are in use. A silence is refused because of the call that it is
 * for, which is refused as well.
 */
const passed: ReadonlySet<ClientCallKind> = new Set(['region-info', 'irq-info', 'quiet']);

/** What a client was refused because the model does not implement it; undefined for other errors. */
export function refusalFinding(
  type: string,
  places: DevicePlaces,
  call: ClientCall,
  error: unknown,
): BurndownFinding | undefined {
  if (!MdevError.is(error)) {
    return undefined;
  }
  const kind = kindOf(call, error);
  if (kind === undefined || passed.has(call.kind)) {
    return undefined;
  }
  return { type, kind, ...detailsOf(places, call), reason: error.reason };
}

/** As {@link refusalFinding}, for an index that exists and has no interrupts. */
export function unusedIrqFinding(
  type: string,
  index: number,
  error: unknown,
): BurndownFinding | undefined {
  return MdevError.is(error)
    ? { type, kind: 'no-irq', access: 'set-irqs', where: `irq ${index}`, reason: error.reason }
    : undefined;
}

function kindOf(call: ClientCall, { code, reason }: MdevError): BurndownKind | undefined {
  if (call.kind === 'control') {
    return code === 'EOPNOTSUPP' || code === 'EPROTONOSUPPORT' ? 'control' : undefined;
  }
  const kind = missing.get(reason);
  if (kind !== undefined) {
    return kind === 'read-only' && call.kind !== 'write' ? 'call' : kind;
  }
  return code === 'ENOTTY' || code === 'EOPNOTSUPP' ? 'call' : undefined;
}

function detailsOf(
  places: DevicePlaces,
  call: ClientCall,
): Pick<BurndownFinding, 'access' | 'where' | 'offset' | 'width' | 'firstWritten'> {
  const { kind: access } = call;
  switch (call.kind) {
    case 'read':
    case 'write': {
      const { region, offset, data, at, length } = call;
      // Nobody has looked at what was refused.
      const written =
        access === 'write' && length <= WIDEST_VALUE && at + length <= data.byteLength;
      return {
        access,
        where: `${regionText(places, region)} ${hex(offset)}`,
        offset,
        width: length,
        ...(written ? { firstWritten: valueOf(data, at, length) } : {}),
      };
    }
    case 'mmap':
      return { access, where: `${regionText(places, call.region)} ${hex(call.offset)}` };
    case 'feature':
      return { access: featureAccess(call.flags), where: featureName(call.flags) };
    case 'set-irqs':
      return { access, where: `irq ${call.request.index}` };
    case 'control':
      return { access, where: methodText(call.request) };
    default:
      return { access, where: 'device' };
  }
}

function regionText(places: DevicePlaces, index: number): string {
  return places.regionName(index) ?? `region ${index}`;
}

/** The two numbers in the header of the request. Source: Linux include/uapi/rdma/rdma_user_ioctl_cmds.h. */
function methodText(request: Uint8Array): string {
  if (request.length < IbUverbsIoctlHdr.size) {
    return 'a message without a header';
  }
  const { object_id: objectId, method_id: methodId } = IbUverbsIoctlHdr.fields;
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const [object, method] = [objectId, methodId].map(({ offset }) => view.getUint16(offset, true));
  return `class ${object ?? 0} method ${method ?? 0}`;
}
