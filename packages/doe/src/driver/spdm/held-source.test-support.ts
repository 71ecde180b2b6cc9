import { measurements } from './device.test-support.js';
import type { Measurement } from './measurement-source.js';

/** A source whose answers are held until they are let go. */
export class HeldSource {
  hold = false;
  readonly waiting: (() => void)[] = [];

  measure(): readonly Measurement[] | Promise<readonly Measurement[]> {
    return this.hold
      ? new Promise((resolve) => {
          this.waiting.push(() => {
            resolve(measurements);
          });
        })
      : measurements;
  }

  release(): void {
    this.hold = false;
    this.waiting.splice(0).forEach((go) => {
      go();
    });
  }
}
