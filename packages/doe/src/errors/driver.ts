import type { ReasonRow } from '@mdevkit/core';

const DOE = 'PCI Express Base Specification 6.0, section 6.30';

/** Every reason that the driver gives. */
export const driverReasons = {
  // Exchanges and ownership
  'doe.gone': {
    errno: 'EIO',
    text: 'the device has gone, and the instance with it',
    source: 'drivers/pci/doe.c, pci_doe (PCI_DOE_FLAG_DEAD)',
  },
  'doe.no-response': {
    errno: 'EIO',
    text: 'the feature gave no response',
    source: `${DOE}.2 (DOE Error)`,
  },
  'doe.feature-failed': {
    errno: 'EIO',
    text: 'the feature failed, or its response is none',
    source: `${DOE}.2 (DOE Error)`,
  },
  'doe.timed-out': {
    errno: 'ETIMEDOUT',
    text: 'the feature did not respond in time',
    source: `${DOE}.2 (a response within 1 second)`,
  },
  'doe.reset': {
    errno: 'EIO',
    text: 'the function was reset meanwhile',
    source: 'PCI Express Base Specification 6.0, section 6.6.2',
  },
  'doe.no-feature': {
    errno: 'ENOENT',
    text: 'the DOE Capability does not have the feature',
    source: `${DOE}.1.1 (DOE Discovery)`,
  },
  'doe.withheld': {
    errno: 'EPERM',
    text: 'the feature is not that of the registers now',
    source: 'own rule: a feature has one owner at a time',
  },
  'doe.revoked': {
    errno: 'EIO',
    text: 'the feature has another owner now',
    source: 'own rule: a change of owner takes effect at once',
  },
  'doe.granted': {
    errno: 'EBUSY',
    text: 'the feature is granted to somebody else',
    source: 'own rule: a feature has one owner at a time',
  },
  'doe.discovery-grant': {
    errno: 'EPERM',
    text: 'discovery is granted to nobody',
    source: `${DOE}.1.1 (DOE Discovery)`,
  },
  'doe.not-yours': {
    errno: 'EPERM',
    text: 'the grant is not one that its holder may ask the feature by',
    source: 'own rule: who grants a feature to others does not have it',
  },
  'doe.no-instance': {
    errno: 'ENODEV',
    text: 'the function has no DOE Capability there',
    source: 'drivers/pci/doe.c, pci_find_doe_mailbox',
  },
  'doe.nobody-waits': {
    errno: 'ECANCELED',
    text: 'nobody waits for the response any more',
    source: `${DOE}.2 (DOE Abort)`,
  },
  'doe.queue-full': {
    errno: 'EBUSY',
    text: 'the requester has as many exchanges waiting as it may have',
    source: 'own rule: what waits is bounded',
  },
  'doe.long-object': {
    errno: 'EMSGSIZE',
    text: 'the data object is longer than can be taken',
    source: `${DOE}.1 (Length), and the limits of the device`,
  },

  // CDAT, compliance and CXL devices
  'doe.poison-line': {
    errno: 'EINVAL',
    text: 'poison is about a line of 64 bytes, whose address is a multiple of 64',
    source: 'CXL 3.1, section 8.2.9.9.4.2; drivers/cxl/core/memdev.c, cxl_validate_poison_dpa',
  },
  'doe.poison-address': {
    errno: 'EFAULT',
    text: 'the address is outside of the memory of the device',
    source: 'CXL 3.1, section 8.2.9.9.4.2 (Invalid Physical Address)',
  },
  'doe.poison-limit': {
    errno: 'ENOSPC',
    text: 'the poison list is full',
    source: 'CXL 3.1, section 8.2.9.9.4.2 (Inject Poison Limit Reached)',
  },
  'doe.poison-action': {
    errno: 'EINVAL',
    text: 'media poison is injected (0) or cleared (1)',
    source: 'CXL 3.1, section 14.16.4.17',
  },

  // The SPDM responder and its certificates
  'doe.identity-encoding': {
    errno: 'EBADMSG',
    text: 'neither PEM nor DER of what is needed',
    source: 'RFC 7468, section 5; RFC 5280, section 4.1',
  },
  'doe.identity-chain': {
    errno: 'EINVAL',
    text: 'a chain begins with a root, has a leaf that signs no others, and each certificate is signed by the one before it',
    source: 'DSP0274 1.2, section 10.8 (certificate chain format)',
  },
  'doe.identity-key': {
    errno: 'EKEYREJECTED',
    text: 'the key is not the private one of the leaf certificate',
    source: 'DSP0274 1.2, section 10.8 (leaf certificate)',
  },
  'doe.identity-algorithm': {
    errno: 'EOPNOTSUPP',
    text: 'the key is of no algorithm that signs here: P-256, P-384, RSA of 2048, 3072 or 4096 bits',
    source: 'DSP0274 1.2, NEGOTIATE_ALGORITHMS (BaseAsymAlgo)',
  },

  // The driver
  'doe.type': {
    errno: 'EINVAL',
    text: 'the driver has no such type',
    source: 'drivers/vfio/mdev/mdev_core.c, mdev_device_create',
  },
} as const satisfies Record<string, ReasonRow>;
