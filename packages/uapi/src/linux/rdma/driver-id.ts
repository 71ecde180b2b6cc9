/**
 * Who serves a device: `driver_id` of {@link IbUverbsIoctlHdr}.
 *
 * Source: `include/uapi/rdma/ib_user_ioctl_verbs.h`, enum rdma_driver_id.
 */
export const RDMA_DRIVER_UNKNOWN = 0;
export const RDMA_DRIVER_MLX5 = 1;
export const RDMA_DRIVER_MLX4 = 2;
export const RDMA_DRIVER_CXGB3 = 3;
export const RDMA_DRIVER_CXGB4 = 4;
export const RDMA_DRIVER_MTHCA = 5;
export const RDMA_DRIVER_BNXT_RE = 6;
export const RDMA_DRIVER_OCRDMA = 7;
export const RDMA_DRIVER_NES = 8;
export const RDMA_DRIVER_I40IW = 9;
export const RDMA_DRIVER_IRDMA = RDMA_DRIVER_I40IW;
export const RDMA_DRIVER_VMW_PVRDMA = 10;
export const RDMA_DRIVER_QEDR = 11;
export const RDMA_DRIVER_HNS = 12;
export const RDMA_DRIVER_USNIC = 13;
export const RDMA_DRIVER_RXE = 14;
export const RDMA_DRIVER_HFI1 = 15;
export const RDMA_DRIVER_QIB = 16;
export const RDMA_DRIVER_EFA = 17;
export const RDMA_DRIVER_SIW = 18;
export const RDMA_DRIVER_ERDMA = 19;
export const RDMA_DRIVER_MANA = 20;
