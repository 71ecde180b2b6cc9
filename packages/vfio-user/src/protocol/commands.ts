import {
  type AnyStruct,
  VFIO_USER_DEVICE_FEATURE,
  VFIO_USER_DEVICE_GET_INFO,
  VFIO_USER_DEVICE_GET_IRQ_INFO,
  VFIO_USER_DEVICE_GET_REGION_INFO,
  VFIO_USER_DEVICE_GET_REGION_IO_FDS,
  VFIO_USER_DEVICE_RESET,
  VFIO_USER_DEVICE_SET_IRQS,
  VFIO_USER_DMA_MAP,
  VFIO_USER_DMA_READ,
  VFIO_USER_DMA_UNMAP,
  VFIO_USER_DMA_WRITE,
  VFIO_USER_MIG_DATA_READ,
  VFIO_USER_MIG_DATA_WRITE,
  VFIO_USER_REGION_READ,
  VFIO_USER_REGION_WRITE,
  VFIO_USER_REGION_WRITE_MULTI,
  VFIO_USER_VERSION,
  VfioDeviceFeature,
  VfioIrqInfo,
  VfioIrqSet,
  VfioRegionInfo,
  VfioUserDeviceInfo,
  VfioUserDmaMap,
  VfioUserDmaRegionAccess,
  VfioUserDmaUnmap,
  VfioUserMigData,
  VfioUserRegionAccess,
  VfioUserRegionIoFds,
  VfioUserRegionWriteMulti,
  VfioUserVersion,
} from '@mdevkit/uapi';
import { CONTROL_COMMAND } from './private.js';

/** Who sends a command. */
export type Direction = 'client-to-server' | 'server-to-client';

/** What everybody has to know of one command. */
export interface Command {
  /** In the header. */
  readonly id: number;
  /** The name of the specification without `VFIO_USER_`, for logs. */
  readonly name: string;
  readonly direction: Direction;
  /** What its payload begins with; undefined when there is none. */
  readonly request: AnyStruct | undefined;
  /** What the payload of its reply begins with; undefined when the reply is a header alone. */
  readonly reply: AnyStruct | undefined;
  /** Bytes of the smallest payload of a request. */
  readonly smallestRequest: number;
  /** The most descriptors that a request may carry, whatever the two sides agreed on. */
  readonly requestDescriptors: number;
  /** The most descriptors that a reply may carry. */
  readonly replyDescriptors: number;
}

/** The most descriptors that Linux passes with one message (include/net/scm.h, SCM_MAX_FD). */
export const SCM_MAX_FD = 253;

const TO_SERVER = 'client-to-server';
const TO_CLIENT = 'server-to-client';

function command(
  id: number,
  name: string,
  direction: Direction,
  request: AnyStruct | undefined,
  reply: AnyStruct | undefined,
  descriptors: { readonly request?: number; readonly reply?: number } = {},
): Command {
  return {
    id,
    name,
    direction,
    request,
    reply,
    smallestRequest: request?.size ?? 0,
    requestDescriptors: descriptors.request ?? 0,
    replyDescriptors: descriptors.reply ?? 0,
  };
}

/**
 * Every command, in the order of the numbers.
 *
 * Source: docs/interop/vfio-user.rst of QEMU, Commands and the sections of the commands.
 */
export const COMMANDS: readonly Command[] = [
  command(VFIO_USER_VERSION, 'VERSION', TO_SERVER, VfioUserVersion, VfioUserVersion, { reply: 1 }),
  command(VFIO_USER_DMA_MAP, 'DMA_MAP', TO_SERVER, VfioUserDmaMap, undefined, { request: 1 }),
  command(VFIO_USER_DMA_UNMAP, 'DMA_UNMAP', TO_SERVER, VfioUserDmaUnmap, VfioUserDmaUnmap),
  command(
    VFIO_USER_DEVICE_GET_INFO,
    'DEVICE_GET_INFO',
    TO_SERVER,
    VfioUserDeviceInfo,
    VfioUserDeviceInfo,
  ),
  command(
    VFIO_USER_DEVICE_GET_REGION_INFO,
    'DEVICE_GET_REGION_INFO',
    TO_SERVER,
    VfioRegionInfo,
    VfioRegionInfo,
    { reply: 1 },
  ),
  command(
    VFIO_USER_DEVICE_GET_REGION_IO_FDS,
    'DEVICE_GET_REGION_IO_FDS',
    TO_SERVER,
    VfioUserRegionIoFds,
    VfioUserRegionIoFds,
    { reply: SCM_MAX_FD },
  ),
  command(
    VFIO_USER_DEVICE_GET_IRQ_INFO,
    'DEVICE_GET_IRQ_INFO',
    TO_SERVER,
    VfioIrqInfo,
    VfioIrqInfo,
  ),
  command(VFIO_USER_DEVICE_SET_IRQS, 'DEVICE_SET_IRQS', TO_SERVER, VfioIrqSet, undefined, {
    request: SCM_MAX_FD,
  }),
  command(
    VFIO_USER_REGION_READ,
    'REGION_READ',
    TO_SERVER,
    VfioUserRegionAccess,
    VfioUserRegionAccess,
  ),
  command(
    VFIO_USER_REGION_WRITE,
    'REGION_WRITE',
    TO_SERVER,
    VfioUserRegionAccess,
    VfioUserRegionAccess,
  ),
  command(
    VFIO_USER_DMA_READ,
    'DMA_READ',
    TO_CLIENT,
    VfioUserDmaRegionAccess,
    VfioUserDmaRegionAccess,
  ),
  command(
    VFIO_USER_DMA_WRITE,
    'DMA_WRITE',
    TO_CLIENT,
    VfioUserDmaRegionAccess,
    VfioUserDmaRegionAccess,
  ),
  command(VFIO_USER_DEVICE_RESET, 'DEVICE_RESET', TO_SERVER, undefined, undefined),
  command(
    VFIO_USER_REGION_WRITE_MULTI,
    'REGION_WRITE_MULTI',
    TO_SERVER,
    VfioUserRegionWriteMulti,
    VfioUserRegionWriteMulti,
  ),
  command(
    VFIO_USER_DEVICE_FEATURE,
    'DEVICE_FEATURE',
    TO_SERVER,
    VfioDeviceFeature,
    VfioDeviceFeature,
  ),
  command(VFIO_USER_MIG_DATA_READ, 'MIG_DATA_READ', TO_SERVER, VfioUserMigData, VfioUserMigData),
  command(VFIO_USER_MIG_DATA_WRITE, 'MIG_DATA_WRITE', TO_SERVER, VfioUserMigData, undefined),
];

const LAST = Math.max(...COMMANDS.map(({ id }) => id));

/** By number, so that a look-up is one access. */
const BY_ID: readonly (Command | undefined)[] = Array.from({ length: LAST + 1 }, (_, id) =>
  COMMANDS.find((one) => one.id === id),
);

/** The command of a number; undefined when the specification has none. */
export function commandOf(id: number): Command | undefined {
  return BY_ID[id];
}

/** The name of a command for a log: `REGION_READ`, or `command 99` for one that does not exist. */
export function commandName(id: number): string {
  return commandOf(id)?.name ?? (id === CONTROL_COMMAND ? 'MDEVKIT_CONTROL' : `command ${id}`);
}
