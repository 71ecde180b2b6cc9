import { CXLFLASH_MAX_FC_PORTS } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';

/** The Fibre Channel ports of a parent, and whether their links are up. All are at first. */
export class Ports {
  readonly count: number;
  /** All of them as a mask. */
  readonly mask: number;
  #up: number;

  /** @throws RangeError unless there are 1 to 4 */
  constructor(count: number) {
    if (!Number.isInteger(count) || count < 1 || count > CXLFLASH_MAX_FC_PORTS) {
      throw new RangeError(`an AFU has 1 to ${CXLFLASH_MAX_FC_PORTS} ports, not ${count}`);
    }
    this.count = count;
    this.mask = (1 << count) - 1;
    this.#up = this.mask;
  }

  /** Those with a link, as a mask. */
  get up(): number {
    return this.#up;
  }

  /** Whether that changed anything. Throws EINVAL `cxlflash.port`. */
  setLink(port: number, up: boolean): boolean {
    this.check(port);
    const before = this.#up;
    this.#up = up ? before | (1 << port) : before & ~(1 << port);
    return this.#up !== before;
  }

  /** Throws EINVAL `cxlflash.port`. */
  check(port: number): void {
    if (!Number.isInteger(port) || port < 0 || port >= this.count) {
      throw failure('cxlflash.port', { port, ports: this.count });
    }
  }

  /** The name of a port, locally assigned. */
  nameOf(port: number): bigint {
    this.check(port);
    return (0x3n << 60n) | (1n << 32n) | BigInt(port + 1);
  }
}
