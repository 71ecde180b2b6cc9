import {
  VFIO_USER_IO_FD_TYPE_IOEVENTFD,
  VfioUserRegionIoFds,
  VfioUserSubRegionIoeventfd,
  VfioUserSubRegionIoeventfdShadow,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { Handler, Reply, Request, SessionContext } from '../context.js';
import type { DoorbellDescriptor } from '../irqs/index.js';
import { readArgsz } from './payload.js';

/** Bytes of an entry: of the specification, or of libvfio-user, whose entries also tell of shadow memory. */
export type IoFdEntryBytes = 40 | 48;

/** Bytes; what a client may claim to have room for. */
const LARGEST_ARGSZ = 2 ** 20;
/** KVM_IOEVENTFD_FLAG_DATAMATCH (include/uapi/linux/kvm.h). */
const DATAMATCH = 1;
/** In place of the index of a descriptor. */
const NO_DESCRIPTOR = 0xffff_ffff;

/**
 * DEVICE_GET_REGION_IO_FDS: eventfds for the doorbells of a region, as many as the client takes with one message. If
 * the entries do not fit, the reply has none, and argsz says how much is needed.
 */
export function getRegionIoFds(entryBytes: IoFdEntryBytes): Handler {
  return (session, request) => {
    const argsz = readArgsz(request, VfioUserRegionIoFds.size);
    if (argsz > LARGEST_ARGSZ) {
      throw failure('vfio-user.argsz', { argsz, maximum: LARGEST_ARGSZ });
    }
    const { flags, index, count } = VfioUserRegionIoFds.decode(request.view);
    if (flags !== 0 || count !== 0) {
      throw failure('vfio-user.fields', { flags, count });
    }
    if (session.endpoint.regionInfo(index).flags === 0) {
      throw failure('vfio-user.no-io-region', { index });
    }
    return answer(session, request, entryBytes);
  };
}

function answer(
  { client, irqs }: SessionContext,
  { view }: Request,
  entryBytes: IoFdEntryBytes,
): Reply {
  const { argsz, index } = VfioUserRegionIoFds.decode(view);
  const doorbells = irqs.doorbells.of(index, client.capabilities.maxMsgFds);
  const needed = VfioUserRegionIoFds.size + doorbells.length * entryBytes;
  const isWhole = argsz >= needed;
  const payload = new Uint8Array(isWhole ? needed : VfioUserRegionIoFds.size);
  const count = isWhole ? doorbells.length : 0;
  VfioUserRegionIoFds.encode({ argsz: needed, flags: 0, index, count }, payload);
  if (count === 0) {
    return { payload };
  }
  doorbells.forEach((doorbell, i) => {
    writeEntry(doorbell, i, payload, entryBytes);
  });
  return { payload, descriptors: doorbells.map(({ fd }) => fd) };
}

function writeEntry(
  { doorbell }: DoorbellDescriptor,
  i: number,
  payload: Uint8Array,
  entryBytes: IoFdEntryBytes,
): void {
  const entry = {
    offset: BigInt(doorbell.offset),
    size: BigInt(doorbell.width),
    fd_index: i,
    type: VFIO_USER_IO_FD_TYPE_IOEVENTFD,
    flags: doorbell.data === undefined ? 0 : DATAMATCH,
    datamatch: doorbell.data ?? 0n,
  };
  const at = VfioUserRegionIoFds.size + i * entryBytes;
  if (entryBytes === VfioUserSubRegionIoeventfd.size) {
    VfioUserSubRegionIoeventfd.encode(entry, payload, at);
  } else {
    const shadowed = { ...entry, shadow_mem_fd_index: NO_DESCRIPTOR };
    VfioUserSubRegionIoeventfdShadow.encode(shadowed, payload, at);
  }
}
