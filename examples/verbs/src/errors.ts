import { defineReasons } from '@mdevkit/core';

/** Every reason that a verbs device gives beside those of the core. */
export const verbsReasons = {
  'verbs.objects': {
    errno: 'ENOMEM',
    text: 'the device has no room for another object of the class',
    source: 'own rule; drivers/infiniband/sw/rxe/rxe_pool.c bounds its pools as well',
  },
  'verbs.argument': {
    errno: 'EINVAL',
    text: 'the value is not one that the device knows',
    source: 'drivers/infiniband/sw/rxe/rxe_qp.c, rxe_qp_chk_cap; rxe_cq.c, rxe_cq_chk_attr',
  },
  'verbs.state': {
    errno: 'EINVAL',
    text: 'the queue pair does not allow that in its state',
    source: 'drivers/infiniband/core/verbs.c, ib_modify_qp_is_ok',
  },
  'verbs.queue-full': {
    errno: 'ENOMEM',
    text: 'the queue holds as many work requests as it has room for',
    source: 'drivers/infiniband/sw/rxe/rxe_verbs.c, post_one_send and post_one_recv',
  },
  'verbs.access': {
    errno: 'EINVAL',
    text: 'remote write access needs local write access, and a window needs a region that allows it',
    source: 'include/rdma/ib_verbs.h, ib_check_mr_access; drivers/infiniband/sw/rxe/rxe_mw.c',
  },
  'verbs.domain': {
    errno: 'EINVAL',
    text: 'the objects belong to different protection domains',
    source: 'InfiniBand Architecture Specification 10.2.3',
  },
  'verbs.domain-busy': {
    errno: 'EBUSY',
    text: 'a memory region belongs to the protection domain',
    source: 'drivers/infiniband/core/uverbs_std_types.c, uverbs_free_pd',
  },
  'verbs.windows': {
    errno: 'EINVAL',
    text: 'a memory window is bound to the region',
    source: 'drivers/infiniband/sw/rxe/rxe_verbs.c, rxe_dereg_mr',
  },
} as const;

export const failure = defineReasons(verbsReasons);
