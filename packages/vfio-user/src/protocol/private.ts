/*
 * The control plane of a device inside a vfio-user session: a command that no other implementation has. A client sends it
 * only to a server that has answered the capability `mdevkit_control` of the same version in its VERSION.
 *
 * Source: docs/reference/control-wire.md, Inside vfio-user.
 */

/** The number of the command, above all that the specification has: `md`. */
export const CONTROL_COMMAND = 0x6d64;
/** Of the capability. */
export const CONTROL_VERSION = 1;

/** What a request asks for, its u32 at 0: a table of objects, a call of one, the end of one. */
export const CONTROL_OPEN = 0;
export const CONTROL_CALL = 1;
export const CONTROL_CLOSE = 2;

/** Bytes before the message: {u32 operation, u32 file} in a request, {u32 errno, u32 file} in a reply. */
export const CONTROL_HEAD = 8;
