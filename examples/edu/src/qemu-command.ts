/** The bus `port0` that the device sits on, as QEMU's options say it. */
export interface QemuBus {
  /** Behind `q35,memory-backend=ram`. */
  readonly machine?: string;
  /** The options of `-device`, those of `port0` among them. */
  readonly devices: readonly string[];
}

/** Below a root port. */
const rootPort: QemuBus = { devices: ['pcie-root-port,id=port0,chassis=1'] };

/**
 * The command that puts the device behind a UNIX socket into a virtual machine, to be pasted into a shell.
 * The guest's memory must be a shared descriptor: the device maps it, and with `share=off` each side would
 * see a copy of its own.
 *
 * Source: QEMU docs/system/devices/vfio-user.rst.
 */
export function qemuCommand(socketPath: string, bus: QemuBus = rootPort): string {
  const { machine = '', devices } = bus;
  const device = {
    driver: 'vfio-user-pci',
    bus: 'port0',
    socket: { type: 'unix', path: socketPath },
  };
  return [
    `qemu-system-x86_64 -machine q35,memory-backend=ram${machine} -m 1G`,
    '-object memory-backend-memfd,id=ram,size=1G,share=on',
    ...devices.map((options) => `-device ${options}`),
    `-device ${quoted(JSON.stringify(device))}`,
  ].join(' \\\n  ');
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
