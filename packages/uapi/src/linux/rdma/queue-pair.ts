import { struct, u32 } from '../../codec/index.js';

/**
 * Queue pairs.
 *
 * Source: `include/uapi/rdma/ib_user_ioctl_verbs.h`.
 */

/** Kinds of queue pairs. */
export const IB_UVERBS_QPT_RC = 2;
export const IB_UVERBS_QPT_UC = 3;
export const IB_UVERBS_QPT_UD = 4;
export const IB_UVERBS_QPT_RAW_PACKET = 8;
export const IB_UVERBS_QPT_XRC_INI = 9;
export const IB_UVERBS_QPT_XRC_TGT = 10;
export const IB_UVERBS_QPT_DRIVER = 0xff;

/** Flags of UVERBS_ATTR_CREATE_QP_FLAGS. */
export const IB_UVERBS_QP_CREATE_BLOCK_MULTICAST_LOOPBACK = 1 << 1;
export const IB_UVERBS_QP_CREATE_SCATTER_FCS = 1 << 8;
export const IB_UVERBS_QP_CREATE_CVLAN_STRIPPING = 1 << 9;
export const IB_UVERBS_QP_CREATE_PCI_WRITE_END_PADDING = 1 << 11;
export const IB_UVERBS_QP_CREATE_SQ_SIG_ALL = 1 << 12;

/** How much a queue pair holds: asked for on creation, answered with what it got. */
export const IbUverbsQpCap = struct('ib_uverbs_qp_cap', {
  max_send_wr: u32(0),
  max_recv_wr: u32(4),
  max_send_sge: u32(8),
  max_recv_sge: u32(12),
  max_inline_data: u32(16),
});

/** Kinds of shared receive queues, and the one kind of work queues. */
export const IB_UVERBS_SRQT_BASIC = 0;
export const IB_UVERBS_SRQT_XRC = 1;
export const IB_UVERBS_SRQT_TM = 2;
export const IB_UVERBS_WQT_RQ = 0;
