import { classMethod, DeviceClass, extendClass, structOut } from '@mdevkit/core';
import { struct, u16, u32 } from '@mdevkit/uapi';

/** Answer of `queryPort`: the port's address in the fabric, and what the device has room for. */
export const PortInfo = struct('verbs_port_info', {
  lid: u16(0),
  port_num: u16(2),
  mtu: u32(4),
  max_message: u32(8),
  max_cqe: u32(12),
  max_wr: u32(16),
  max_sge: u32(20),
});

/**
 * The device itself, which is there before anybody creates something: the core's class DEVICE, with one method more.
 *
 * Source: Linux drivers/infiniband/core/uverbs_std_types_device.c, UVERBS_METHOD_QUERY_PORT.
 */
export const VerbsDeviceClass = extendClass(DeviceClass, {
  methods: { queryPort: classMethod(0, { port: structOut(1, PortInfo) }) },
});
