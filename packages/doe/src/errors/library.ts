import type { ReasonRow } from '@mdevkit/core';

const OBJECTS = 'PCI Express Base Specification 6.0, section 6.30';
const DOE_C = 'drivers/pci/doe.c';

/** Every reason that the requester's side gives. */
export const libraryReasons = {
  // Config space
  'doe.config-end': {
    errno: 'EINVAL',
    text: 'the config space ends before this word',
    source: 'drivers/pci/pci-sysfs.c, pci_read_config (dev->cfg_size)',
  },
  'doe.config-hidden': {
    errno: 'EACCES',
    text: 'the kernel shows only the first bytes of a config space to who lacks CAP_SYS_ADMIN',
    source: 'drivers/pci/pci-sysfs.c, pci_read_config (CAP_SYS_ADMIN)',
  },
  'doe.config-file': {
    errno: 'EIO',
    text: 'the file of the config space cannot be used; the errno is the one of the kernel, if it gave one',
    source: 'open(2), pread(2), pwrite(2)',
  },
  'doe.config-closed': {
    errno: 'EBADF',
    text: 'the file of the config space has been closed',
    source: 'close(2)',
  },
  'doe.config-failed': {
    errno: 'EIO',
    text: 'an access to the config space failed; the cause says how',
    source: 'drivers/pci/access.c, pcibios_err_to_errno',
  },
  'doe.device-gone': {
    errno: 'ENODEV',
    text: 'the device is gone: its config space reads as all ones',
    source: 'drivers/pci/access.c, pci_read_config_dword (pci_dev_is_disconnected)',
  },
  'doe.no-capability': {
    errno: 'EINVAL',
    text: 'there is no DOE Capability at this offset',
    source: `own rule: nothing is written before the header was read (${OBJECTS}, 7.9.24)`,
  },

  // Mailboxes
  'doe.unsupported': {
    errno: 'EINVAL',
    text: 'the DOE Capability does not list the feature',
    source: `${DOE_C}, pci_doe_submit_task (pci_doe_supports_feat)`,
  },
  'doe.payload-too-long': {
    errno: 'EIO',
    text: 'a data object has 2^18 words at the most, its header included',
    source: `${DOE_C}, pci_doe_send_req (PCI_DOE_MAX_LENGTH)`,
  },
  'doe.object-size': {
    errno: 'EINVAL',
    text: 'a data object is given in whole words, from 2 to 2^18 of them',
    source: `${OBJECTS}.1`,
  },
  'doe.busy': {
    errno: 'EBUSY',
    text: 'the DOE Capability stayed busy with something else',
    source: `${DOE_C}, pci_doe_send_req (PCI_DOE_STATUS_BUSY)`,
  },
  'doe.error-before': {
    errno: 'EIO',
    text: 'the DOE Capability had an error before it was given the object',
    source: `${DOE_C}, pci_doe_send_req (PCI_DOE_STATUS_ERROR)`,
  },
  'doe.refused': {
    errno: 'EIO',
    text: 'the device answered the object with an error',
    source: `${DOE_C}, doe_statemachine_work (PCI_DOE_STATUS_ERROR)`,
  },
  'doe.response-timeout': {
    errno: 'EIO',
    text: 'no response was ready one second after the request',
    source: `${DOE_C}, doe_statemachine_work (PCI_DOE_TIMEOUT); ${OBJECTS}.2`,
  },
  'doe.wrong-object': {
    errno: 'EIO',
    text: 'the response has another vendor or type than the request',
    source: `${DOE_C}, pci_doe_recv_resp (expected [VID, Feature])`,
  },
  'doe.short-length': {
    errno: 'EIO',
    text: 'the response says that it is shorter than its header',
    source: `${DOE_C}, pci_doe_recv_resp (length < 2)`,
  },
  'doe.ready-lost': {
    errno: 'EIO',
    text: 'the response ended before its last word',
    source: `${DOE_C}, pci_doe_recv_resp (pci_doe_data_obj_ready)`,
  },
  'doe.error-at-end': {
    errno: 'EIO',
    text: 'the device raised an error while its response was read',
    source: `${DOE_C}, pci_doe_recv_resp (the final error check)`,
  },
  'doe.abort-timeout': {
    errno: 'EIO',
    text: 'the DOE Capability was still busy, or in error, one second after an abort',
    source: `${DOE_C}, pci_doe_abort`,
  },
  'doe.dead': {
    errno: 'EIO',
    text: 'an earlier abort did not help: the mailbox is given up for good',
    source: `${DOE_C}, signal_task_abort (PCI_DOE_FLAG_DEAD)`,
  },
  'doe.closed': {
    errno: 'EIO',
    text: 'the mailbox has been closed',
    source: `${DOE_C}, pci_doe_cancel_tasks`,
  },
  'doe.cancelled': {
    errno: 'EIO',
    text: 'the exchange was cancelled by its caller',
    source: `${DOE_C}, pci_doe_wait (PCI_DOE_FLAG_CANCEL)`,
  },
  'doe.discovery-short': {
    errno: 'EIO',
    text: 'the response to a discovery has no payload',
    source: `${DOE_C}, pci_doe_discovery`,
  },
  'doe.discovery-endless': {
    errno: 'EBUSY',
    text: 'discovery did not end after 256 features',
    source: `${DOE_C}, pci_doe_cache_features (xa_insert)`,
  },
  'doe.bridge-listen': {
    errno: 'EIO',
    text: 'the port of the bridge cannot be listened on; the errno is the one of the kernel, if it gave one',
    source: 'bind(2), listen(2)',
  },

  // CDAT
  'doe.cdat-answer': {
    errno: 'EIO',
    text: 'the answer is no entry of the table: it is too short, or its length is not what the entry says',
    source: 'drivers/cxl/core/pci.c, cxl_cdat_read_table',
  },
  'doe.cdat-length': {
    errno: 'EIO',
    text: 'the table is shorter than its header, or longer than the caller takes',
    source: 'drivers/cxl/core/pci.c, cxl_cdat_get_length; own rule: the bound',
  },
  'doe.cdat-handle': {
    errno: 'EIO',
    text: 'the device gave a handle twice, so its table would have no end',
    source: 'CXL 3.1, section 8.1.11.1; own rule',
  },
  'doe.cdat-checksum': {
    errno: 'EIO',
    text: 'the bytes of the table do not sum to zero',
    source: 'drivers/cxl/core/pci.c, cdat_checksum; CDAT 1.04, section 2',
  },
  'doe.cdat-changing': {
    errno: 'EAGAIN',
    text: 'the table changed each time that it was read',
    source: 'CDAT 1.04, section 2 (Sequence); own rule: how often',
  },
  'doe.cdat-malformed': {
    errno: 'EINVAL',
    text: 'a structure of the table is not as long as its type, or reaches beyond the table',
    source: 'drivers/cxl/core/cdat.c; lib/fw_table.c, acpi_parse_entries_array',
  },
} as const satisfies Record<string, ReasonRow>;
