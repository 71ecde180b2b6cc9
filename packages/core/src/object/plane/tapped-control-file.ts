import type { Tap } from '../../interpose/index.js';
import type { GivenDescriptor } from '../dispatch/call-frame.js';
import type { Reply } from '../dispatch/dispatcher.js';
import { ControlFile, type ControlFileParts } from './control-file.js';

/** A client of the control plane whose calls go through a tap. */
export class TappedControlFile extends ControlFile {
  readonly #tap: Tap;

  constructor(parts: ControlFileParts, tap: Tap) {
    super(parts);
    this.#tap = tap;
  }

  override call(
    bytes: Uint8Array,
    descriptors: readonly GivenDescriptor[],
    onLate?: (over: Promise<void>) => void,
  ): Reply | Promise<Reply> {
    return this.#tap.call({ kind: 'control', client: this.id, request: bytes }, () =>
      super.call(bytes, descriptors, onLate),
    );
  }

  override close(): Promise<void> {
    return this.#tap.call({ kind: 'control-close', client: this.id }, () => super.close());
  }
}
