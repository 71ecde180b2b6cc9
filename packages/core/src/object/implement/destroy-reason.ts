/**
 * Why an object goes: its client destroys it; its client closes; the device goes; its creation could not be finished; or
 * the device could not release it, and it is given up.
 *
 * Source: Linux include/rdma/ib_verbs.h, enum rdma_remove_reason.
 */
export type DestroyReason = 'destroy' | 'close' | 'driver-remove' | 'abort' | 'driver-failure';
