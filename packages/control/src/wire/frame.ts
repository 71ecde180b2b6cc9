/*
 * Where a frame has its fields, for the code that may not make an object for each frame. All numbers are little-endian.
 *
 * Source: docs/reference/control-wire.md, Frames.
 */

/** Bytes of the header. */
export const HEADER_SIZE = 16;
/** u32, of the whole frame, header included. */
export const SIZE = 0;
/** u32, chosen by the client for a request, the same in its reply. */
export const ID = 4;
/** u16, a {@link FrameType}, with {@link REPLY} in a reply. */
export const TYPE = 8;
/** u16, how many descriptors travel with the frame. */
export const DESCRIPTORS = 10;
/** u32, 0 in a request and in a reply that succeeded; then the payload is the error, as JSON in UTF-8. */
export const ERRNO = 12;

/** The bit of a reply. */
export const REPLY = 0x8000;

/** What a frame asks for. Those from 16 on travel on the stream of a descriptor. */
export const FrameType = {
  /** The first frame, from the server, which nobody asked for. */
  greeting: 0,
  /** One call of the control plane, as its own header describes it. */
  call: 1,
  /** Ends the connection, or the descriptor: the reply comes when everything that belonged to it is gone. */
  close: 2,
  read: 16,
  poll: 17,
  ready: 18,
  ioctl: 19,
} as const;

/** A value of {@link FrameType}. */
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** A bit of the flags of a read. */
export const READ_NON_BLOCKING = 1;

/** Bytes of the largest frame on the stream of a descriptor. */
export const MAX_DESCRIPTOR_FRAME = 65_536;
/** Bytes of the longest error: a reply always has room for one. */
export const MAX_ERROR = 4096;
/** The most descriptors that Linux passes with one frame (include/net/scm.h, SCM_MAX_FD). */
export const MOST_DESCRIPTORS = 253;
