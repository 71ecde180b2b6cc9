import type { DemoType } from './options.js';

/** Where the device sits: below a root port, or below that of a CXL host bridge. */
const buses: Readonly<Record<DemoType, readonly string[]>> = {
  function: ['-machine q35,memory-backend=ram', '-device pcie-root-port,id=port0,chassis=1'],
  'cxl-type3': [
    '-machine q35,memory-backend=ram,cxl=on,cxl-fmw.0.targets.0=cxl.1,cxl-fmw.0.size=4G',
    '-device pxb-cxl,bus_nr=12,bus=pcie.0,id=cxl.1',
    '-device cxl-rp,port=0,bus=cxl.1,id=port0,chassis=0,slot=2',
  ],
};

/**
 * The command that puts the device behind a UNIX socket into a virtual machine, to be pasted into a shell.
 *
 * Source: QEMU docs/system/devices/vfio-user.rst, docs/system/devices/cxl.rst.
 */
export function qemuArguments(socketPath: string, type: DemoType): string {
  const device = {
    driver: 'vfio-user-pci',
    bus: 'port0',
    socket: { type: 'unix', path: socketPath },
  };
  const [machine = '', ...bus] = buses[type];
  return [
    `qemu-system-x86_64 ${machine} -m 1G`,
    '-object memory-backend-memfd,id=ram,size=1G,share=on',
    ...bus,
    `-device ${quoted(JSON.stringify(device))}`,
  ].join(' \\\n  ');
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
