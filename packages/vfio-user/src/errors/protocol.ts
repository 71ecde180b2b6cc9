import type { ReasonRow } from '@mdevkit/core';

/** What is wrong with a VERSION of the other side. */
export const protocolReasons = {
  'vfio-user.version-short': {
    errno: 'EINVAL',
    text: 'the VERSION message is too short to hold a version',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION',
  },
  'vfio-user.version-major': {
    errno: 'EINVAL',
    text: 'the major version is not one that is spoken here',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION',
  },
  'vfio-user.version-size': {
    errno: 'EINVAL',
    text: 'the version data are longer than any capabilities need',
    source: 'own rule: what a peer says before it is known has a bound',
  },
  'vfio-user.version-unterminated': {
    errno: 'EINVAL',
    text: 'the version data do not end in a NUL',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION (including terminating NUL)',
  },
  'vfio-user.version-json': {
    errno: 'EINVAL',
    text: 'the version data are not JSON in UTF-8',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION; RFC 8259',
  },
  'vfio-user.version-type': {
    errno: 'EINVAL',
    text: 'a member of the version data has the wrong type',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION, Capabilities',
  },
  'vfio-user.version-range': {
    errno: 'EINVAL',
    text: 'a number of the version data is out of its range',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION, Capabilities',
  },
  'vfio-user.version-pgsizes': {
    errno: 'EINVAL',
    text: 'the two sides have no page size for DMA maps in common',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION, pgsizes',
  },
  'vfio-user.version-minor': {
    errno: 'EPROTO',
    text: 'the server chose a later minor version than was proposed',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION',
  },
  'vfio-user.version-twin-socket': {
    errno: 'EPROTO',
    text: 'the server granted a twin socket and did not send it',
    source: 'docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION, twin_socket',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
