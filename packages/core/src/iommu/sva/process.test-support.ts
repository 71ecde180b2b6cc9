import { outcome } from '../../errors/outcome.test-support.js';
import type { Logger } from '../../log/index.js';
import { Access } from '../access/index.js';
import { DmaFaultError, DmaPort, type DmaAccess, type DmaFault, type Iova } from '../dma/index.js';
import type { AddressSpace } from '../space/index.js';

/** The messages of warnings and errors. */
export class NotedLog implements Logger {
  readonly lines: string[] = [];

  debug(): void {}
  info(): void {}

  warn(message: string): void {
    this.lines.push(message);
  }

  error(message: string): void {
    this.lines.push(message);
  }

  child(): Logger {
    return this;
  }
}

/** A device with one PASID that leads to one space. */
export class Device {
  readonly faults: DmaFault['cause'][] = [];
  readonly port: DmaPort;

  constructor(space: AddressSpace, pasid = 7) {
    const report = (event: { kind: string; cause?: DmaFault['cause'] }): void => {
      if (event.cause !== undefined) {
        this.faults.push(event.cause);
      }
    };
    this.port = DmaPort.onto(space, { report }, pasid);
  }

  /** The bytes, or why not. */
  read(iova: Iova, length: number): number[] | string {
    const into = new Uint8Array(length);
    return fault(() => {
      this.port.read(iova, into);
      return [...into];
    });
  }

  write(iova: Iova, from: readonly number[]): string {
    return fault(() => {
      this.port.write(iova, Uint8Array.from(from));
      return 'written';
    });
  }

  async request(iova: Iova, length: number, access: DmaAccess): Promise<string> {
    try {
      await this.port.request(iova, length, access);
      return 'granted';
    } catch (error) {
      return causeOf(error);
    }
  }
}

/** A driver that pins, and notes what it is told of. */
export class Driver implements Disposable {
  readonly told: string[] = [];
  readonly access: Access;
  /** What it does when it is told of an unmap. */
  onUnmap: ((iova: Iova, length: number) => void) | undefined;

  constructor(space: AddressSpace, name = 'driver') {
    this.access = new Access({
      name,
      needsPin: true,
      unmap: (iova, length) => {
        this.told.push(`${String(iova)}+${length}`);
        this.onUnmap?.(iova, length);
      },
    });
    this.access.attach(space);
  }

  [Symbol.dispose](): void {
    this.access[Symbol.dispose]();
  }
}

/** A call's answer; a DMA fault is its cause, with the reason behind it. */
function fault<T>(run: () => T): T | string {
  return outcome(() => {
    try {
      return run();
    } catch (error) {
      return causeOf(error);
    }
  });
}

function causeOf(error: unknown): string {
  if (!(error instanceof DmaFaultError)) {
    throw error;
  }
  const { cause } = error;
  const reason =
    cause instanceof Error && 'reason' in cause && typeof cause.reason === 'string'
      ? `: ${cause.reason}`
      : '';
  return `${error.fault.cause}${reason}`;
}
