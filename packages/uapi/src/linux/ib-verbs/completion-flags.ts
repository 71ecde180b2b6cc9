/**
 * The rest of a completion that its user sees but its header does not name.
 *
 * Source: `include/rdma/ib_verbs.h`, enums ib_wc_opcode and ib_wc_flags.
 */

/** Values of `opcode` in {@link IbUverbsWc} of receives: bit 7 tells them from sends. */
export const IB_WC_RECV = 1 << 7;
export const IB_WC_RECV_RDMA_WITH_IMM = IB_WC_RECV + 1;

/** Values of `wc_flags` in {@link IbUverbsWc}. */
export const IB_WC_GRH = 1 << 0;
export const IB_WC_WITH_IMM = 1 << 1;
export const IB_WC_WITH_INVALIDATE = 1 << 2;
export const IB_WC_IP_CSUM_OK = 1 << 3;
export const IB_WC_WITH_SMAC = 1 << 4;
export const IB_WC_WITH_VLAN = 1 << 5;
export const IB_WC_WITH_NETWORK_HDR_TYPE = 1 << 6;
