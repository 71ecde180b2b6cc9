import type { ReasonRow } from '../mdev-error.js';

const ioctl = 'drivers/infiniband/core/uverbs_ioctl.c';
const core = 'drivers/infiniband/core/rdma_core.c';

/** Calls of the control plane, and the objects that they make. */
export const objectReasons = {
  'object.length': {
    errno: 'EINVAL',
    text: 'the length of the message is not that of its header and attributes',
    source: `${ioctl}, ib_uverbs_ioctl`,
  },
  'object.message-size': {
    errno: 'EMSGSIZE',
    text: 'the message is larger than messages can be',
    source: 'send(2): a message that is too long to pass',
  },
  'object.reserved': {
    errno: 'EPROTONOSUPPORT',
    text: 'a reserved field of the header is not zero',
    source: `${ioctl}, ib_uverbs_ioctl`,
  },
  'object.driver': {
    errno: 'EINVAL',
    text: 'the call is for a device of another driver',
    source: `${ioctl}, ib_uverbs_cmd_verbs (driver_id)`,
  },
  'object.unknown': {
    errno: 'EPROTONOSUPPORT',
    text: 'the device has no such class or method',
    source: `${ioctl}, ib_uverbs_cmd_verbs`,
  },
  'object.attribute-unknown': {
    errno: 'EPROTONOSUPPORT',
    text: 'the method has no such attribute, and the client insists on it',
    source: `${ioctl}, uverbs_set_attr`,
  },
  'object.attribute-twice': {
    errno: 'EINVAL',
    text: 'an attribute appears twice',
    source: `${ioctl}, uverbs_set_attr`,
  },
  'object.attribute-missing': {
    errno: 'EINVAL',
    text: 'a mandatory attribute is missing',
    source: `${ioctl}, ib_uverbs_run_method (attr_mandatory)`,
  },
  'object.attribute-length': {
    errno: 'EINVAL',
    text: 'an attribute is shorter or longer than it can be',
    source: `${ioctl}, uverbs_process_attr`,
  },
  'object.attribute-tail': {
    errno: 'EOPNOTSUPP',
    text: 'an attribute says more than this device understands',
    source: `${ioctl}, uverbs_process_attr (uverbs_is_attr_cleared)`,
  },
  'object.attribute-reserved': {
    errno: 'EINVAL',
    text: 'a reserved field of an attribute is not zero',
    source: `${ioctl}, uverbs_process_attr`,
  },
  'object.attribute-flags': {
    errno: 'EINVAL',
    text: 'an attribute has a flag that does not exist',
    source: 'include/uapi/rdma/rdma_user_ioctl_cmds.h, UVERBS_ATTR_F_*',
  },
  'object.payload': {
    errno: 'EFAULT',
    text: 'the data of an attribute is not inside the payload of the message',
    source: `${ioctl}, uverbs_process_attr (copy_from_user)`,
  },
  'object.handle-length': {
    errno: 'EINVAL',
    text: 'a handle has a length',
    source: `${ioctl}, uverbs_process_attr (UVERBS_ATTR_TYPE_IDR)`,
  },
  'object.enum': {
    errno: 'EOPNOTSUPP',
    text: 'an enumerated attribute has no such member',
    source: `${ioctl}, uverbs_process_attr (UVERBS_ATTR_TYPE_ENUM_IN)`,
  },
  'object.array-length': {
    errno: 'EINVAL',
    text: 'an array has too few, too many or broken elements',
    source: `${ioctl}, uverbs_process_idrs_array`,
  },
  'object.flags': {
    errno: 'EINVAL',
    text: 'a flags attribute has a bit that is not declared',
    source: `${ioctl}, uverbs_get_flags64`,
  },
  'object.const': {
    errno: 'EINVAL',
    text: 'a constant is none of those that are declared',
    source: `${ioctl}, _uverbs_get_const_unsigned`,
  },
  'object.value': {
    errno: 'EINVAL',
    text: 'the data of an attribute cannot be understood',
    source: 'include/rdma/uverbs_ioctl.h, uverbs_copy_from',
  },
  'object.descriptor-index': {
    errno: 'EINVAL',
    text: 'an attribute means a descriptor that did not come with the message',
    source: `${ioctl}, uverbs_process_attr (UVERBS_ATTR_TYPE_RAW_FD)`,
  },
  'object.descriptor': {
    errno: 'EBADF',
    text: 'the descriptor is none of this kind and of this client',
    source: `${core}, lookup_get_fd_uobject`,
  },
  'object.descriptor-access': {
    errno: 'EOPNOTSUPP',
    text: 'an object behind a descriptor can only be read',
    source: `${core}, lookup_get_fd_uobject`,
  },
  'object.descriptor-closed': {
    errno: 'EBADF',
    text: 'the descriptor was closed',
    source: 'close(2): a closed descriptor',
  },
  'object.handle': {
    errno: 'EINVAL',
    text: 'the number cannot be a handle',
    source: `${core}, lookup_get_idr_uobject`,
  },
  'object.absent': {
    errno: 'ENOENT',
    text: 'the client has no object of this handle',
    source: `${core}, lookup_get_idr_uobject`,
  },
  'object.class': {
    errno: 'EINVAL',
    text: 'the object is of another class',
    source: `${core}, rdma_lookup_get_uobject`,
  },
  'object.locked': {
    errno: 'EBUSY',
    text: 'another call works on the object',
    source: `${core}, uverbs_try_lock_object`,
  },
  'object.has-children': {
    errno: 'EBUSY',
    text: 'other objects live on the object',
    source: 'include/rdma/ib_verbs.h, usecnt; drivers/infiniband/core/verbs.c, ib_dealloc_pd_user',
  },
  'object.too-many': {
    errno: 'ENOSPC',
    text: 'the client has as many objects as it can have',
    source: `${core}, idr_add_uobj (xa_alloc)`,
  },
  'object.default-open': {
    errno: 'EBUSY',
    text: 'the default event channel of the client is open already',
    source: 'drivers/infiniband/core/uverbs_std_types_async_fd.c, default_async_file',
  },
  'object.disassociated': {
    errno: 'EIO',
    text: 'the device is gone',
    source: 'drivers/infiniband/core/uverbs_main.c, ib_uverbs_disassociate_ucontext',
  },
  'object.closed': {
    errno: 'EBADF',
    text: 'this control plane was closed',
    source: 'close(2): a closed descriptor',
  },
  'object.no-operation': {
    errno: 'ENOTTY',
    text: 'the descriptor has no operations of its own',
    source: 'ioctl(2)',
  },
  'object.handler-protocol': {
    errno: 'EINVAL',
    text: 'a handler answered EPROTONOSUPPORT, which says that a method is not there',
    source: `${ioctl}, ib_uverbs_run_method (WARN_ON_ONCE(ret == -EPROTONOSUPPORT))`,
  },
  'object.answer': {
    errno: 'EIO',
    text: 'a handler answered with something that its method does not give',
    source: 'include/rdma/uverbs_ioctl.h, uverbs_copy_to',
  },
  'object.argument': {
    errno: 'EINVAL',
    text: 'an argument of the call is not what the class declares',
    source: 'include/rdma/uverbs_ioctl.h, struct uverbs_attr_spec',
  },
  'object.reply': {
    errno: 'EPROTO',
    text: 'the reply is not one of the method that was called',
    source: 'include/uapi/rdma/rdma_user_ioctl_cmds.h, struct ib_uverbs_ioctl_hdr',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
