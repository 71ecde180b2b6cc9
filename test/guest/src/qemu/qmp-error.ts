/** A QMP command that failed: `qmpClass` is the `class` of QEMU's error, for example `DeviceNotFound`. */
export class QmpError extends Error {
  override readonly name = 'QmpError';

  constructor(
    readonly command: string,
    readonly qmpClass: string,
    readonly description: string,
  ) {
    super(`${command}: ${description} (${qmpClass})`);
  }
}
