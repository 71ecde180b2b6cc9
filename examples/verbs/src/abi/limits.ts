/** Objects of one class that one device has at the most, whoever has made them. */
export const MAX_OBJECTS = 1024;
/** Entries of a completion queue at the most. */
export const MAX_CQE = 1024;
/** Completion vectors; the first is 0. */
export const COMP_VECTORS = 4;
/** Work requests that a queue holds at the most, and pieces of memory that one has. */
export const MAX_WR = 256;
export const MAX_SGE = 8;
/** Bytes of a message at the most. */
export const MAX_MESSAGE = 0x10_0000;
/** Bytes of a datagram at the most: the port's MTU. */
export const MTU = 4096;
/**
 * Bytes at the beginning of a datagram's receive buffer that are left to the global routing header.
 *
 * Source: Linux include/rdma/ib_verbs.h, struct ib_grh; InfiniBand Architecture Specification 11.4.1.2.
 */
export const GRH_BYTES = 40;
/** Completions that one poll gives at the most. */
export const MAX_POLL = 64;
/** The only port of a device. */
export const PORT_NUM = 1;
