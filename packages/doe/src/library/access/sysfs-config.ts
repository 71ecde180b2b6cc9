import { trackDisposable, trackReleased } from '@mdevkit/core';
import { open, type FileHandle } from 'node:fs/promises';
import { failure } from '../../errors/index.js';
import { checkOffset, type ConfigAccess } from './config-access.js';
import { systemFailure } from './system-failure.js';

/**
 * The config space of a function of this machine: the file `config` of its folder in `/sys/bus/pci/devices`. Four aligned
 * bytes become one access of the device. Needs CAP_SYS_ADMIN, and a kernel that is not locked down.
 *
 * The kernel uses the DOE Capabilities of a function as well, without asking; this is for functions that it leaves alone.
 *
 * Source: Linux drivers/pci/pci-sysfs.c, pci_read_config, pci_write_config.
 */
export class SysfsConfig implements ConfigAccess, AsyncDisposable {
  readonly #file: FileHandle;
  readonly #size: number;
  #isClosed = false;

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
    trackDisposable(this);
  }

  /**
   * Opens the file at `path` for reading and writing.
   *
   * Rejects with `doe.config-file` and the errno of the kernel (ENOENT, EACCES).
   */
  static async open(path: string): Promise<SysfsConfig> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'r+');
      return new SysfsConfig(file, (await file.stat()).size);
    } catch (error) {
      await file?.close();
      throw systemFailure('doe.config-file', { path }, error);
    }
  }

  /**
   * Rejects with EINVAL `doe.config-end` beyond the end (256 bytes without extended config space), with EACCES
   * `doe.config-hidden` for what the kernel shows to root only, with EBADF `doe.config-closed`, and with
   * `doe.config-file` and the errno of the kernel.
   */
  async read32(offset: number): Promise<number> {
    const word = this.#word(offset);
    const { bytesRead } = await this.#call(offset, () => this.#file.read(word, 0, 4, offset));
    if (bytesRead !== 4) {
      throw failure('doe.config-hidden', { offset });
    }
    return word.getUint32(0, true);
  }

  /** Rejects as {@link read32} does. */
  async write32(offset: number, value: number): Promise<void> {
    const word = this.#word(offset);
    word.setUint32(0, value, true);
    const { bytesWritten } = await this.#call(offset, () => this.#file.write(word, 0, 4, offset));
    if (bytesWritten !== 4) {
      throw failure('doe.config-hidden', { offset });
    }
  }

  /** Closes the file. Idempotent. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      trackReleased(this);
      await this.#file.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Memory for one word: several mailboxes may use the file at once. */
  #word(offset: number): DataView {
    checkOffset(offset);
    if (this.#isClosed) {
      throw failure('doe.config-closed', { offset });
    }
    if (offset + 4 > this.#size) {
      throw failure('doe.config-end', { offset, size: this.#size });
    }
    return new DataView(new ArrayBuffer(4));
  }

  async #call<T>(offset: number, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw systemFailure('doe.config-file', { offset }, error);
    }
  }
}
