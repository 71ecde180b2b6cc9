import { CxlEventHeader } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { ReadTarget } from '../descriptor-operations.js';

/** Copies events of one context to their readers, one at a time: a header, which it makes, and data. Allocates nothing. */
export class EventCopier {
  readonly #bytes = new Uint8Array(CxlEventHeader.size);
  readonly #header = CxlEventHeader.view().at(new DataView(this.#bytes.buffer));

  constructor(processElement: number) {
    this.#header.process_element = processElement;
  }

  /**
   * @returns the bytes of the event
   * @throws MdevError EFAULT `afu.copy`
   */
  copy(target: ReadTarget, type: number, data: Uint8Array): number {
    const size = CxlEventHeader.size + data.length;
    this.#header.type = type;
    this.#header.size = size;
    try {
      target.copy(this.#bytes, data);
    } catch (error) {
      throw failure('afu.copy', { type }, error);
    }
    return size;
  }
}
