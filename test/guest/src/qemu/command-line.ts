import { type DeviceOptions } from './devices.js';

/** What runs the guest's processor: nothing at all under `qtest`. */
export type Accelerator = 'tcg' | 'qtest';

/** The machine. */
export interface MachineOptions {
  /** `tcg` if absent: it runs everywhere. */
  readonly accelerator?: Accelerator;
  /** 256 if absent. All of it is shared memory in a file, which vfio-user servers can map. */
  readonly memoryMiB?: number;
  /** Options of `-machine` beside the type, for example `kernel-irqchip=split`. */
  readonly machine?: readonly string[];
  readonly devices?: readonly DeviceOptions[];
  readonly kernel?: string;
  readonly initrd?: string;
  /** The kernel's command line. */
  readonly append?: string;
  /** More options of QEMU, as they are. */
  readonly more?: readonly string[];
}

/** The descriptors, in QEMU, of the sockets that lead to its chardevs. */
export const channelDescriptors = { console: 3, commands: 4, monitor: 5, qtest: 6 } as const;

/** QEMU's arguments. */
export function commandLine(options: MachineOptions): string[] {
  const { accelerator = 'tcg', memoryMiB = 256, machine = [] } = options;
  const { devices = [], kernel, initrd, append, more = [] } = options;
  const machineOptions = ['q35', `accel=${accelerator}`, 'memory-backend=ram', ...machine];
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    ...['-machine', machineOptions.join(',')],
    ...['-object', `memory-backend-memfd,id=ram,size=${memoryMiB}M,share=on`],
    ...['-m', `${memoryMiB}M`],
    ...Object.entries(channelDescriptors).flatMap(([id, fd]) => [
      '-chardev',
      `socket,id=${id},fd=${fd}`,
    ]),
    ...['-serial', 'chardev:console', '-serial', 'chardev:commands'],
    ...['-qmp', 'chardev:monitor'],
    ...(accelerator === 'qtest' ? ['-qtest', 'chardev:qtest', '-qtest-log', 'none'] : []),
    ...(kernel === undefined ? [] : ['-kernel', kernel]),
    ...(initrd === undefined ? [] : ['-initrd', initrd]),
    ...(append === undefined ? [] : ['-append', append]),
    ...devices.flatMap((device) => ['-device', JSON.stringify(device)]),
    ...more,
  ];
}
