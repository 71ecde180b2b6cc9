import type { QemuBus } from '@mdevkit/example-edu';

/**
 * Below a port of a CXL host bridge, with a window that leads to it.
 *
 * Source: QEMU docs/system/devices/cxl.rst.
 */
export const cxlBus: QemuBus = {
  machine: ',cxl=on,cxl-fmw.0.targets.0=cxl.1,cxl-fmw.0.size=4G',
  devices: [
    'pxb-cxl,bus_nr=12,bus=pcie.0,id=cxl.1',
    'cxl-rp,port=0,bus=cxl.1,id=port0,chassis=0,slot=2',
  ],
};
