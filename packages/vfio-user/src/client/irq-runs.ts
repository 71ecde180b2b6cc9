/** One SET_IRQS message: consecutive interrupts, all of which are bound or all of which are unbound. */
export interface IrqRun {
  readonly start: number;
  readonly count: number;
  readonly binds: boolean;
}

/**
 * Cuts interrupts from `start` on into messages: a message carries `most` descriptors at the most, and a message
 * without any unbinds all of its range.
 *
 * Source: docs/interop/vfio-user.rst, VFIO_USER_DEVICE_SET_IRQS; VFIO_USER_VERSION (max_msg_fds).
 */
export function irqRuns(start: number, binds: readonly boolean[], most: number): IrqRun[] {
  const runs: IrqRun[] = [];
  let from = 0;
  while (from < binds.length) {
    const kind = binds[from] ?? false;
    let end = from + 1;
    while (end < binds.length && binds[end] === kind && !(kind && end - from === most)) {
      end += 1;
    }
    runs.push({ start: start + from, count: end - from, binds: kind });
    from = end;
  }
  return runs;
}
