/*
 * The header of a vfio-user message, written down once more: what tests the server must not share its mistakes.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU), Header.
 */

/** Bytes of the header. */
export const HEADER_SIZE = 16;

export const ID_AT = 0;
export const COMMAND_AT = 2;
export const SIZE_AT = 4;
export const FLAGS_AT = 8;
export const ERRNO_AT = 12;

/** The types in the lowest four bits of the flags. */
export const TYPE_MASK = 0xf;
export const TYPE_COMMAND = 0;
export const TYPE_REPLY = 1;
export const NO_REPLY = 0x10;
export const ERROR = 0x20;

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}

/** Each takes where the message begins. */
export function idOf(bytes: Uint8Array, at = 0): number {
  return u16(bytes, at + ID_AT);
}

export function commandOf(bytes: Uint8Array, at = 0): number {
  return u16(bytes, at + COMMAND_AT);
}

/** Of the whole message, header included. */
export function sizeOf(bytes: Uint8Array, at = 0): number {
  return u32(bytes, at + SIZE_AT);
}

export function flagsOf(bytes: Uint8Array, at = 0): number {
  return u32(bytes, at + FLAGS_AT);
}

export function errnoOf(bytes: Uint8Array, at = 0): number {
  return u32(bytes, at + ERRNO_AT);
}

/** What a header says, where it is not what the payload makes of it. */
export interface HeaderFields {
  readonly id?: number;
  readonly flags?: number;
  readonly errno?: number;
  readonly size?: number;
}

/** A message: its header and its payload. */
export function messageOf(
  command: number,
  payload: Uint8Array,
  { id = 0, flags = 0, errno = 0, size = HEADER_SIZE + payload.length }: HeaderFields = {},
): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(ID_AT, id, true);
  view.setUint16(COMMAND_AT, command, true);
  view.setUint32(SIZE_AT, size, true);
  view.setUint32(FLAGS_AT, flags, true);
  view.setUint32(ERRNO_AT, errno, true);
  bytes.set(payload, HEADER_SIZE);
  return bytes;
}
