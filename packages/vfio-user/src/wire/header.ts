/*
 * Where the header of a message has its fields, for the code that may not make an object for each message; a test binds
 * these numbers to the struct of the package uapi.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU), Header.
 */

/** Bytes of the header. */
export const HEADER_SIZE = 16;
export const MESSAGE_ID = 0;
export const COMMAND = 2;
/** Of the whole message, header included. */
export const MESSAGE_SIZE = 4;
export const FLAGS = 8;
export const ERROR_NUMBER = 12;
