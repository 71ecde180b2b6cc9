import { outcome } from '../../errors/outcome.test-support.js';
import type { DeviceEvent } from '../../event/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { DmaPort } from './dma-port.js';
import type { Iova } from './dma.js';

/** What every refused access answers. */
export const FAULT = 'EFAULT dma.fault';

/** What no transfer of these tests stores. */
export const UNTOUCHED = 0xee;

/** Pages 1 and 2 are two maps side by side, page 3 is read-only, page 4 write-only, 0 and 5 are holes. */
export class DmaBench {
  readonly events: DeviceEvent[] = [];
  readonly space = new AddressSpace();
  readonly port: DmaPort;
  readonly pages = Array.from({ length: 6 }, (_, page) => new Uint8Array(PAGE).fill(page));

  constructor(pasid = 0) {
    this.port = DmaPort.onto(this.space, { report: (event) => this.events.push(event) }, pasid);
    const modes = [undefined, 'rw', 'rw', 'r', 'w', undefined];
    modes.forEach((mode, page) => {
      const memory = this.pages[page];
      if (mode !== undefined && memory !== undefined) {
        const [read, write] = [mode.includes('r'), mode.includes('w')];
        this.space.map({ iova: page * PAGE, memory, read, write });
      }
    });
  }

  /** The bytes, or the fault; nothing was transferred then. */
  read(iova: Iova, length: number): unknown {
    const into = new Uint8Array(length).fill(UNTOUCHED);
    return outcome(() => {
      this.port.read(iova, into);
      return [...into];
    });
  }

  write(iova: Iova, from: readonly number[]): unknown {
    return outcome(() => {
      this.port.write(iova, Uint8Array.from(from));
      return 'written';
    });
  }

  /** Whether every page holds what it held at the start. */
  get isUntouched(): boolean {
    return this.pages.every((bytes, page) => bytes.every((byte) => byte === page));
  }
}
