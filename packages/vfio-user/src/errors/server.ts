import type { ReasonRow } from '@mdevkit/core';

/** What a server refuses by itself: the rest is the device's answer. */
export const serverReasons = {
  'vfio-user.negotiated': {
    errno: 'EINVAL',
    text: 'VERSION is the first command and comes once',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION; libvfio-user lib/tran_sock.c',
  },
  'vfio-user.unknown-command': {
    errno: 'EINVAL',
    text: 'the protocol has no such command of a client',
    source: 'docs/interop/vfio-user.rst of QEMU, Commands; libvfio-user lib/libvfio-user.c',
  },
  'vfio-user.short-command': {
    errno: 'EINVAL',
    text: 'the payload is shorter than that of its command',
    source: 'docs/interop/vfio-user.rst of QEMU, Commands; libvfio-user lib/libvfio-user.c',
  },
  'vfio-user.stray-descriptors': {
    errno: 'EINVAL',
    text: 'more descriptors came than the command takes; they are closed',
    source: 'libvfio-user test/py/test_request_errors.py, test_bad_request_closes_fds',
  },
  'vfio-user.reply-too-large': {
    errno: 'EIO',
    text: 'the answer of a command does not fit into a message',
    source: 'own rule: nothing is sent that no receiver has room for',
  },
  'vfio-user.session-over': {
    errno: 'ENODEV',
    text: 'the client is gone',
    source: 'docs/interop/vfio-user.rst of QEMU, disconnect and reconnect',
  },
  'vfio-user.dma-unusable': {
    errno: 'EIO',
    text: 'the client cannot do DMA by messages: give its memory by descriptor',
    source:
      'hw/vfio-user/protocol.h of QEMU 10.1, VFIOUserDMARW; rust-vmm/vfio vfio-user/src/lib.rs',
  },
  'vfio-user.dma-failed': {
    errno: 'EIO',
    text: 'the client refused a DMA message, and the errno is the one that it gave',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_DMA_READ and VFIO_USER_DMA_WRITE',
  },
  'vfio-user.dma-reply': {
    errno: 'EIO',
    text: 'the client answered a DMA message with something else, or with a part',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_DMA_READ and VFIO_USER_DMA_WRITE',
  },
  'vfio-user.dma-late': {
    errno: 'ETIMEDOUT',
    text: 'the client did not answer a DMA message in time',
    source: 'own rule: no call waits for ever',
  },
  'vfio-user.dma-crowded': {
    errno: 'EBUSY',
    text: 'too many DMA messages wait for the client',
    source: 'own rule: what waits has a limit',
  },
  'vfio-user.dma-would-block': {
    errno: 'EOPNOTSUPP',
    text: 'without a twin socket to another process, waiting for the client could wait for ever',
    source: 'docs/interop/vfio-user.rst of QEMU, twin_socket; libvfio-user issue 279',
  },
  'vfio-user.control-file': {
    errno: 'EBADF',
    text: 'the session has no such table of objects',
    source: 'docs/reference/control-wire.md, Inside vfio-user',
  },
  'vfio-user.control-files': {
    errno: 'ENOSPC',
    text: 'the session has as many tables of objects as it may have',
    source: 'docs/reference/control-wire.md, Inside vfio-user',
  },
  'vfio-user.control-operation': {
    errno: 'EOPNOTSUPP',
    text: 'the command of the control plane has no such operation',
    source: 'docs/reference/control-wire.md, Inside vfio-user',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
