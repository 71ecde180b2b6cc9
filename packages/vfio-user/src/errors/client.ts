import type { ReasonRow } from '@mdevkit/core';

/** What a client of a vfio-user server meets beside the errors that the server answers with. */
export const clientReasons = {
  'vfio-user.remote': {
    errno: 'EIO',
    text: 'the server refused the command, and the errno is the one that it gave',
    source: 'docs/interop/vfio-user.rst, Header (Error)',
  },
  'vfio-user.bad-reply': {
    errno: 'EPROTO',
    text: 'the server answered with something that the protocol does not allow',
    source: 'docs/interop/vfio-user.rst, VFIO-user Message',
  },
  'vfio-user.no-reply': {
    errno: 'ETIMEDOUT',
    text: 'the server did not answer in time, and the connection is closed',
    source: 'own rule: a late answer could not be told from the next one',
  },
  'vfio-user.request-size': {
    errno: 'E2BIG',
    text: 'the request is larger than what the server takes in one message',
    source: 'docs/interop/vfio-user.rst, VFIO_USER_VERSION (max_data_xfer_size)',
  },
  'vfio-user.no-descriptors': {
    errno: 'EOPNOTSUPP',
    text: 'the server takes no descriptors, so that no eventfd can be bound',
    source: 'docs/interop/vfio-user.rst, VFIO_USER_VERSION (max_msg_fds)',
  },
  'vfio-user.no-control': {
    errno: 'EOPNOTSUPP',
    text: 'the server does not carry the control plane of its device',
    source: 'docs/reference/control-wire.md, Inside vfio-user',
  },
  'vfio-user.control-descriptors': {
    errno: 'EINVAL',
    text: 'one call carries more descriptors than the server takes with a message',
    source: 'docs/interop/vfio-user.rst, VFIO_USER_VERSION (max_msg_fds)',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
