import { overlay, struct, u16, u32, u64, u8 } from '../../codec/index.js';

/**
 * Work completions.
 *
 * Source: `include/uapi/rdma/ib_user_verbs.h`.
 */

/** Values of `opcode` in {@link IbUverbsWc} of requests that were sent; receives have IB_WC_RECV. */
export const IB_UVERBS_WC_SEND = 0;
export const IB_UVERBS_WC_RDMA_WRITE = 1;
export const IB_UVERBS_WC_RDMA_READ = 2;
export const IB_UVERBS_WC_COMP_SWAP = 3;
export const IB_UVERBS_WC_FETCH_ADD = 4;
export const IB_UVERBS_WC_BIND_MW = 5;
export const IB_UVERBS_WC_LOCAL_INV = 6;
export const IB_UVERBS_WC_TSO = 7;
export const IB_UVERBS_WC_FLUSH = 8;
export const IB_UVERBS_WC_ATOMIC_WRITE = 9;

/**
 * A completion. `status` is one of IB_WC_*, `wc_flags` are IB_WC_GRH and those after it; `byte_len`
 * is in bytes. The bytes of `imm_data` are in network order whatever the host's is;
 * `invalidate_rkey` takes their place under IB_WC_WITH_INVALIDATE.
 */
export const IbUverbsWc = struct('ib_uverbs_wc', {
  wr_id: u64(0),
  status: u32(8),
  opcode: u32(12),
  vendor_err: u32(16),
  byte_len: u32(20),
  imm_data: u32(24),
  invalidate_rkey: overlay(u32(24)),
  qp_num: u32(28),
  src_qp: u32(32),
  wc_flags: u32(36),
  pkey_index: u16(40),
  slid: u16(42),
  sl: u8(44),
  dlid_path_bits: u8(45),
  port_num: u8(46),
  reserved: u8(47),
});

/** Flags of a completion queue: timestamps in completions; overruns do not matter. */
export const IB_UVERBS_CQ_FLAGS_TIMESTAMP_COMPLETION = 1 << 0;
export const IB_UVERBS_CQ_FLAGS_IGNORE_OVERRUN = 1 << 1;
