import { MdevError, type ReadTarget } from '@mdevkit/core';
import { Errno, POLLERR, POLLIN, POLLRDNORM } from '@mdevkit/uapi';
import type { FileAnswer, OpenObject, ServedFile, ServedPlane } from './plane.js';

/** What a file of {@link FakePlane} does with a call. */
export type CallHandler = (
  bytes: Uint8Array,
  descriptors: readonly (OpenObject | number)[],
  file: FakeFile,
  onLate?: (over: Promise<void>) => void,
) => FileAnswer | Promise<FileAnswer>;

/** Bytes and no descriptors. */
export function plain(...bytes: readonly number[]): FileAnswer {
  return { bytes: Uint8Array.from(bytes), descriptors: [] };
}

/** A control plane that keeps what it is asked, and answers with what came. */
export class FakePlane implements ServedPlane {
  readonly driverName = 'fake';
  readonly driverId = 0x1234_5678;
  readonly files: FakeFile[] = [];
  onCall: CallHandler = (bytes) => ({ bytes: bytes.slice(), descriptors: [] });
  onOpen: () => void = () => undefined;

  open(): FakeFile {
    this.onOpen();
    const file = new FakeFile((...call) => this.onCall(...call));
    this.files.push(file);
    return file;
  }
}

export class FakeFile implements ServedFile {
  readonly maxMessage = 2 ** 20;
  readonly calls: number[][] = [];
  closes = 0;
  onClose: () => Promise<void> = async () => undefined;
  readonly #handler: CallHandler;

  constructor(handler: CallHandler) {
    this.#handler = handler;
  }

  call(
    bytes: Uint8Array,
    descriptors: readonly (OpenObject | number)[],
    onLate?: (over: Promise<void>) => void,
  ): FileAnswer | Promise<FileAnswer> {
    this.calls.push([...bytes]);
    return this.#handler(bytes, descriptors, this, onLate);
  }

  close(): Promise<void> {
    this.closes++;
    return this.onClose();
  }
}

export function fakeError(code: 'EAGAIN' | 'EBADF' | 'EIO' | 'EINVAL'): MdevError {
  return new MdevError(code, `fake.${code.toLowerCase()}`, 'a fake object says so', {
    number: Errno[code],
  });
}

interface Reader {
  readonly target: ReadTarget;
  readonly resolve: (length: number) => void;
  readonly reject: (error: unknown) => void;
}

const noData = new Uint8Array(0);

/** A descriptor object with a queue of events. An event that could not be copied stays the first one. */
export class FakeObject implements OpenObject {
  readonly events: Uint8Array[] = [];
  readonly operations: [number, number[]][] = [];
  /** Copies that failed. */
  failed = 0;
  closes = 0;
  isOver = false;
  onIoctl: (operation: number, data: Uint8Array) => Uint8Array | Promise<Uint8Array> = (_, data) =>
    data;
  readonly #readers: Reader[] = [];
  readonly #listeners = new Set<() => void>();

  /** Listeners and waiting reads. */
  get waiting(): number {
    return this.#listeners.size + this.#readers.length;
  }

  report(...bytes: readonly number[]): void {
    this.events.push(Uint8Array.from(bytes));
    while (this.events.length > 0 && this.#readers.length > 0) {
      const reader = this.#readers.shift();
      try {
        reader?.resolve(this.#copy(reader.target));
      } catch (error) {
        reader?.reject(error);
      }
    }
    this.#tell();
  }

  poll(): number {
    this.#requireOpen();
    return this.events.length > 0 ? POLLIN | POLLRDNORM : this.isOver ? POLLERR : 0;
  }

  onChange(callback: () => void): Disposable {
    const listener = (): void => {
      callback();
    };
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  read(target: ReadTarget, nonBlocking: boolean): number | Promise<number> {
    this.#requireOpen();
    if (this.events.length > 0) {
      return this.#copy(target);
    }
    if (nonBlocking) {
      throw fakeError('EAGAIN');
    }
    return new Promise((resolve, reject) => {
      this.#readers.push({ target, resolve, reject });
    });
  }

  ioctl(operation: number, data: Uint8Array): Uint8Array | Promise<Uint8Array> {
    this.#requireOpen();
    this.operations.push([operation, [...data]]);
    return this.onIoctl(operation, data);
  }

  async close(): Promise<void> {
    this.closes++;
    for (const { reject } of this.#readers.splice(0)) {
      reject(fakeError('EBADF'));
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }

  #requireOpen(): void {
    if (this.closes > 0) {
      throw fakeError('EBADF');
    }
  }

  #copy(target: ReadTarget): number {
    const [event = noData] = this.events;
    if (event.length > target.length) {
      throw fakeError('EINVAL');
    }
    try {
      target.copy(event.subarray(0, 1), event.subarray(1));
    } catch (error) {
      this.failed++;
      throw error;
    }
    this.events.shift();
    return event.length;
  }
}
