/**
 * Interrupt indexes of s390 crypto adapters: the request to let go, and a changed configuration.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */
export const VFIO_AP_REQ_IRQ_INDEX = 0;
export const VFIO_AP_CFG_CHG_IRQ_INDEX = 1;
export const VFIO_AP_NUM_IRQS = 2;
