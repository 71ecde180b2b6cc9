import { struct, u32, u64 } from '../../codec/index.js';

/**
 * Work requests.
 *
 * Source: `include/uapi/rdma/ib_user_verbs.h`.
 */

/** What a request of the send queue does. */
export const IB_UVERBS_WR_RDMA_WRITE = 0;
export const IB_UVERBS_WR_RDMA_WRITE_WITH_IMM = 1;
export const IB_UVERBS_WR_SEND = 2;
export const IB_UVERBS_WR_SEND_WITH_IMM = 3;
export const IB_UVERBS_WR_RDMA_READ = 4;
export const IB_UVERBS_WR_ATOMIC_CMP_AND_SWP = 5;
export const IB_UVERBS_WR_ATOMIC_FETCH_AND_ADD = 6;
export const IB_UVERBS_WR_LOCAL_INV = 7;
export const IB_UVERBS_WR_BIND_MW = 8;
export const IB_UVERBS_WR_SEND_WITH_INV = 9;
export const IB_UVERBS_WR_TSO = 10;
export const IB_UVERBS_WR_RDMA_READ_WITH_INV = 11;
export const IB_UVERBS_WR_MASKED_ATOMIC_CMP_AND_SWP = 12;
export const IB_UVERBS_WR_MASKED_ATOMIC_FETCH_AND_ADD = 13;
export const IB_UVERBS_WR_FLUSH = 14;
export const IB_UVERBS_WR_ATOMIC_WRITE = 15;

/** A piece of local memory; `length` is in bytes, `lkey` names the region it lies in. */
export const IbUverbsSge = struct('ib_uverbs_sge', {
  addr: u64(0),
  length: u32(8),
  lkey: u32(12),
});
