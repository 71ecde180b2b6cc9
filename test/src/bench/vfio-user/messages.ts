import {
  VFIO_USER_DMA_MAP,
  VFIO_USER_DMA_UNMAP,
  VFIO_USER_REGION_READ,
  VFIO_USER_REGION_WRITE,
  VFIO_USER_VERSION,
} from '@mdevkit/uapi';
import { DOORBELL, STATUS } from '../core/bench-device.js';
import type { Link } from '../processes/index.js';

/*
 * Messages made by hand, so that what is measured is the server and not a client of ours.
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU).
 */

export const HEADER = 16;
const ACCESS = 16;
const NO_REPLY = 0x10;
const READ_AND_WRITE = 0x3;
const OFFER = '{"capabilities":{"max_msg_fds":8,"max_data_xfer_size":1048576}}\0';

export const READ_SIZE = HEADER + ACCESS;
export const READ_REPLY = HEADER + ACCESS + 4;
export const WRITE_SIZE = HEADER + ACCESS + 4;
export const WRITE_REPLY = HEADER + ACCESS;
export const MAP_SIZE = HEADER + 32;
export const UNMAP_SIZE = HEADER + 24;

/** Introduces the client. */
export function introduce(link: Link): void {
  const text = new TextEncoder().encode(OFFER);
  const size = HEADER + 4 + text.length;
  header(link.buffer.view, 0, VFIO_USER_VERSION, size);
  link.buffer.view.setUint32(HEADER, 0, true);
  link.buffer.bytes.set(text, HEADER + 4);
  link.send(size);
  link.receive(HEADER);
  const rest = link.answer.getUint32(4, true) - HEADER;
  requireSuccess(link);
  link.receive(rest);
}

/** A read of a register of region 0. */
export function putRead(view: DataView): void {
  header(view, 0, VFIO_USER_REGION_READ, READ_SIZE);
  access(view, 0, STATUS);
}

/** A write of a doorbell in region 0, at `at` of the buffer; posted: nothing answers it. */
export function putWrite(view: DataView, at: number, posted: boolean): void {
  header(view, at, VFIO_USER_REGION_WRITE, WRITE_SIZE, posted ? NO_REPLY : 0);
  access(view, at, DOORBELL);
  view.setUint32(at + HEADER + ACCESS, 0x1234, true);
}

export function putMap(view: DataView, iova: number, size: number): void {
  header(view, 0, VFIO_USER_DMA_MAP, MAP_SIZE);
  view.setUint32(HEADER, 32, true);
  view.setUint32(HEADER + 4, READ_AND_WRITE, true);
  view.setBigUint64(HEADER + 8, 0n, true);
  view.setBigUint64(HEADER + 16, BigInt(iova), true);
  view.setBigUint64(HEADER + 24, BigInt(size), true);
}

export function putUnmap(view: DataView, iova: number, size: number): void {
  header(view, 0, VFIO_USER_DMA_UNMAP, UNMAP_SIZE);
  view.setUint32(HEADER, 24, true);
  view.setUint32(HEADER + 4, 0, true);
  view.setBigUint64(HEADER + 8, BigInt(iova), true);
  view.setBigUint64(HEADER + 16, BigInt(size), true);
}

/** Throws unless the last answer is a reply without an error. */
export function requireSuccess(link: Link): void {
  if (link.answer.getUint32(8, true) !== 1) {
    throw new Error(`the server answered errno ${link.answer.getUint32(12, true)}`);
  }
}

function header(view: DataView, at: number, command: number, size: number, flags = 0): void {
  view.setUint16(at, 1, true);
  view.setUint16(at + 2, command, true);
  view.setUint32(at + 4, size, true);
  view.setUint32(at + 8, flags, true);
  view.setUint32(at + 12, 0, true);
}

function access(view: DataView, at: number, offset: number): void {
  view.setBigUint64(at + HEADER, BigInt(offset), true);
  view.setUint32(at + HEADER + 8, 0, true);
  view.setUint32(at + HEADER + 12, 4, true);
}
