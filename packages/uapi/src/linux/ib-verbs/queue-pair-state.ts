/**
 * States of a queue pair, in the order it goes through them; SQD, SQE and ERR are entered from
 * them.
 *
 * Source: `include/rdma/ib_verbs.h`, enum ib_qp_state.
 */
export const IB_QPS_RESET = 0;
export const IB_QPS_INIT = 1;
export const IB_QPS_RTR = 2;
export const IB_QPS_RTS = 3;
export const IB_QPS_SQD = 4;
export const IB_QPS_SQE = 5;
export const IB_QPS_ERR = 6;
