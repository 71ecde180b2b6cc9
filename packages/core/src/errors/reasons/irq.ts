import type { ReasonRow } from '../mdev-error.js';

/** SET_IRQS and eventfds. */
export const irqReasons = {
  'irq.index': {
    errno: 'EINVAL',
    text: 'the device has no irq index of this number',
    source: 'drivers/vfio/vfio_main.c, vfio_set_irqs_validate_and_prepare',
  },
  'irq.count': {
    errno: 'EINVAL',
    text: 'start and count do not fit into 32 bits',
    source: 'drivers/vfio/vfio_main.c, vfio_set_irqs_validate_and_prepare',
  },
  'irq.flags': {
    errno: 'EINVAL',
    text: 'unknown flag bits',
    source: 'drivers/vfio/vfio_main.c, vfio_set_irqs_validate_and_prepare',
  },
  'irq.range': {
    errno: 'EINVAL',
    text: 'start and count reach beyond the interrupts of the index',
    source: 'drivers/vfio/vfio_main.c, vfio_set_irqs_validate_and_prepare',
  },
  'irq.data-type': {
    errno: 'EINVAL',
    text: 'not exactly one data type is given',
    source: 'drivers/vfio/vfio_main.c, vfio_set_irqs_validate_and_prepare',
  },
  'irq.payload': {
    errno: 'EINVAL',
    text: 'the payload is shorter than count elements',
    source: 'drivers/vfio/vfio_main.c, vfio_set_irqs_validate_and_prepare',
  },
  'irq.action': {
    errno: 'ENOTTY',
    text: 'the index does not offer this action with this data',
    source: 'drivers/vfio/pci/vfio_pci_intrs.c, vfio_pci_set_irqs_ioctl',
  },
  'irq.inactive': {
    errno: 'EINVAL',
    text: 'the index is not enabled',
    source: 'drivers/vfio/pci/vfio_pci_intrs.c, is_intx / irq_is',
  },
  'irq.other-active': {
    errno: 'EINVAL',
    text: 'another index is enabled',
    source: 'drivers/vfio/pci/vfio_pci_intrs.c, is_irq_none',
  },
  'irq.level-range': {
    errno: 'EINVAL',
    text: 'a level index takes start 0 and count 1',
    source: 'drivers/vfio/pci/vfio_pci_intrs.c, vfio_pci_set_intx_trigger',
  },
  'irq.signal-range': {
    errno: 'EINVAL',
    text: 'a signal index takes start 0, count 0 or 1, and data only with count 1',
    source: 'drivers/vfio/pci/vfio_pci_intrs.c, vfio_pci_set_ctx_trigger_single',
  },
  'irq.unbound': {
    errno: 'EINVAL',
    text: 'nothing is bound to the index',
    source: 'drivers/vfio/pci/vfio_pci_intrs.c, vfio_pci_set_ctx_trigger_single',
  },
  'irq.resize': {
    errno: 'EINVAL',
    text: 'the index cannot grow while it is enabled',
    source: 'drivers/vfio/pci/vfio_pci_intrs.c, vfio_msi_alloc_irq',
  },
  'irq.no-vectors': {
    errno: 'ENOSPC',
    text: 'no more vectors can be allocated',
    source: 'drivers/pci/msi/api.c, pci_alloc_irq_vectors',
  },
  'irq.bad-descriptor': {
    errno: 'EBADF',
    text: 'the slot holds a bad descriptor',
    source: 'fs/eventfd.c, eventfd_ctx_fdget',
  },
  'irq.not-eventfd': {
    errno: 'EINVAL',
    text: 'the slot holds something that is not an eventfd',
    source: 'fs/eventfd.c, eventfd_ctx_fdget',
  },
  'irq.bad-slot': {
    errno: 'EINVAL',
    text: 'a descriptor is -1 or a real one',
    source: 'drivers/vfio/pci/vfio_pci_intrs.c, vfio_pci_set_ctx_trigger_single',
  },
  'irq.unmask-bound': {
    errno: 'EBUSY',
    text: 'an unmask source is bound already',
    source: 'drivers/vfio/virqfd.c, vfio_virqfd_enable',
  },
  'eventfd.empty': {
    errno: 'EAGAIN',
    text: 'the counter is zero',
    source: 'eventfd(2), EFD_NONBLOCK read',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
