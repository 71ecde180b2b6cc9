/**
 * How a work request ended: `status` of {@link IbUverbsWc}. After the first failure of a queue
 * pair the requests behind it end with WR_FLUSH_ERR.
 *
 * Source: `include/rdma/ib_verbs.h`, enum ib_wc_status.
 */
export const IB_WC_SUCCESS = 0;
export const IB_WC_LOC_LEN_ERR = 1;
export const IB_WC_LOC_QP_OP_ERR = 2;
export const IB_WC_LOC_EEC_OP_ERR = 3;
export const IB_WC_LOC_PROT_ERR = 4;
export const IB_WC_WR_FLUSH_ERR = 5;
export const IB_WC_MW_BIND_ERR = 6;
export const IB_WC_BAD_RESP_ERR = 7;
export const IB_WC_LOC_ACCESS_ERR = 8;
export const IB_WC_REM_INV_REQ_ERR = 9;
export const IB_WC_REM_ACCESS_ERR = 10;
export const IB_WC_REM_OP_ERR = 11;
export const IB_WC_RETRY_EXC_ERR = 12;
export const IB_WC_RNR_RETRY_EXC_ERR = 13;
export const IB_WC_LOC_RDD_VIOL_ERR = 14;
export const IB_WC_REM_INV_RD_REQ_ERR = 15;
export const IB_WC_REM_ABORT_ERR = 16;
export const IB_WC_INV_EECN_ERR = 17;
export const IB_WC_INV_EEC_STATE_ERR = 18;
export const IB_WC_FATAL_ERR = 19;
export const IB_WC_RESP_TIMEOUT_ERR = 20;
export const IB_WC_GENERAL_ERR = 21;
