import type { ReasonRow } from '../mdev-error.js';

const UAPI = 'drivers/infiniband/core/uverbs_uapi.c';
const RULES = 'docs/reference/control-rules.md';

/** Declarations of object classes, which are checked when a driver is registered. */
export const schemaReasons = {
  'schema.malformed': {
    errno: 'EINVAL',
    text: 'a declaration of classes is not well formed',
    source: `${RULES}, declaration shape`,
  },
  'schema.driver-name': {
    errno: 'EINVAL',
    text: 'classes are declared by a driver that has a name',
    source: 'include/uapi/rdma/ib_user_ioctl_verbs.h, enum rdma_driver_id',
  },
  'schema.duplicate': {
    errno: 'EEXIST',
    text: 'a class, method or attribute of this number or name is declared already',
    source: `${UAPI}, uapi_add_elm`,
  },
  'schema.type': {
    errno: 'EINVAL',
    text: 'something of another type is declared with this number already',
    source: `${UAPI}, uapi_merge_obj_tree`,
  },
  'schema.namespace': {
    errno: 'EINVAL',
    text: 'a driver declares in its own namespace only',
    source: 'include/uapi/rdma/ib_user_ioctl_cmds.h, UVERBS_ID_NS_SHIFT',
  },
  'schema.not-core': {
    errno: 'EINVAL',
    text: 'only a class of the core can be extended',
    source: `${RULES}, declaration extension base`,
  },
  'schema.overflow': {
    errno: 'EOVERFLOW',
    text: 'the number is beyond those that a namespace has',
    source: 'include/rdma/uverbs_ioctl.h, enum uapi_radix_data',
  },
  'schema.role': {
    errno: 'EINVAL',
    text: 'the handles of a method do not fit what it does with an object',
    source: `${RULES}, declaration role`,
  },
  'schema.two-handles': {
    errno: 'EINVAL',
    text: 'a method creates or destroys one object at the most',
    source: `${UAPI}, uapi_finalize_ioctl_method`,
  },
  'schema.optional-handle': {
    errno: 'EINVAL',
    text: 'the handle that a method creates, destroys or works on is mandatory',
    source: `${UAPI}, uapi_finalize_ioctl_method`,
  },
  'schema.array-access': {
    errno: 'EINVAL',
    text: 'several objects at once are handles, and only read or written',
    source: `${UAPI}, uapi_merge_method`,
  },
  'schema.descriptor-access': {
    errno: 'EINVAL',
    text: 'a descriptor object is only read',
    source: 'drivers/infiniband/core/rdma_core.c, lookup_get_fd_uobject',
  },
  'schema.bounds': {
    errno: 'EINVAL',
    text: 'sizes or numbers of an attribute that no call could keep to',
    source: 'include/uapi/rdma/rdma_user_ioctl_cmds.h, struct ib_uverbs_attr',
  },
  'schema.unknown-target': {
    errno: 'EINVAL',
    text: 'a handle refers to a class that is not declared',
    source: `${UAPI}, uapi_finalize_disable`,
  },
  'schema.not-declared': {
    errno: 'EINVAL',
    text: 'an implementation of a class that is not declared',
    source: `${RULES}, implementation declared`,
  },
  'schema.implemented-twice': {
    errno: 'EEXIST',
    text: 'a class has one implementation',
    source: `${UAPI}, uapi_merge_method`,
  },
  'schema.no-descriptor': {
    errno: 'EINVAL',
    text: 'a descriptor class says what stands behind its descriptors',
    source: 'drivers/infiniband/core/rdma_core.c, alloc_begin_fd_uobject (fops)',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
