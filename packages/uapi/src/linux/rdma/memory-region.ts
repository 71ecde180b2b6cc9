/**
 * Memory regions: who may do what with registered memory, and advice on it.
 *
 * Source: `include/uapi/rdma/ib_user_ioctl_verbs.h`.
 */

/** Access flags a driver may ignore lie between these two, both included. */
export const IB_UVERBS_ACCESS_OPTIONAL_FIRST = 1 << 20;
export const IB_UVERBS_ACCESS_OPTIONAL_LAST = 1 << 29;

/** Access flags. */
export const IB_UVERBS_ACCESS_LOCAL_WRITE = 1 << 0;
export const IB_UVERBS_ACCESS_REMOTE_WRITE = 1 << 1;
export const IB_UVERBS_ACCESS_REMOTE_READ = 1 << 2;
export const IB_UVERBS_ACCESS_REMOTE_ATOMIC = 1 << 3;
export const IB_UVERBS_ACCESS_MW_BIND = 1 << 4;
export const IB_UVERBS_ACCESS_ZERO_BASED = 1 << 5;
export const IB_UVERBS_ACCESS_ON_DEMAND = 1 << 6;
export const IB_UVERBS_ACCESS_HUGETLB = 1 << 7;
export const IB_UVERBS_ACCESS_FLUSH_GLOBAL = 1 << 8;
export const IB_UVERBS_ACCESS_FLUSH_PERSISTENT = 1 << 9;
export const IB_UVERBS_ACCESS_RELAXED_ORDERING = IB_UVERBS_ACCESS_OPTIONAL_FIRST;
export const IB_UVERBS_ACCESS_OPTIONAL_RANGE = 0x3ff0_0000;

/** Values and flag of UVERBS_METHOD_ADVISE_MR. */
export const IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH = 0;
export const IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH_WRITE = 1;
export const IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH_NO_FAULT = 2;
export const IB_UVERBS_ADVISE_MR_FLAG_FLUSH = 1 << 0;
