import type { Device, DeviceEvent } from '@mdevkit/core';
import { recordable } from '../record/recordable.js';
import { same } from '../record/same.js';

/** Events of the model that a client hears, and those that it should. The host's own, such as a removal, are not compared. */
export class HeardEvents {
  readonly #iterator: AsyncIterableIterator<DeviceEvent, undefined>;
  #expected: DeviceEvent[] = [];
  #heard: DeviceEvent[] = [];

  constructor(device: Device) {
    this.#iterator = device.events();
    void this.#listen();
  }

  get isComplete(): boolean {
    return this.#heard.length >= this.#expected.length;
  }

  expect(event: DeviceEvent): void {
    if (isOfModel(event)) {
      this.#expected.push(event);
    }
  }

  /** What is not as it should be, in words; then begins anew. */
  compare(): readonly string[] {
    const [expected, heard] = [this.#expected, this.#heard];
    this.#expected = [];
    this.#heard = [];
    const wrong: string[] = [];
    for (let at = 0; at < Math.max(expected.length, heard.length); at += 1) {
      const [want, got] = [expected[at], heard[at]];
      if (!same(comparable(want), comparable(got))) {
        wrong.push(`event: expected ${kindOf(want)}, got ${kindOf(got)}`);
      }
    }
    return wrong;
  }

  end(): void {
    void this.#iterator.return?.();
  }

  async #listen(): Promise<void> {
    try {
      for await (const event of this.#iterator) {
        if (isOfModel(event)) {
          this.#heard.push(event);
        }
      }
    } catch {
      // The device is closed or gone, and with it what it tells.
    }
  }
}

function isOfModel({ kind }: DeviceEvent): boolean {
  return kind === 'fault' || kind === 'error';
}

/** PASIDs are handed out by the parent, in the order of its opens. */
function comparable(event: DeviceEvent | undefined): ReturnType<typeof recordable> {
  return recordable(event?.kind === 'fault' ? { ...event, pasid: 0 } : event);
}

function kindOf(event: DeviceEvent | undefined): string {
  return event === undefined ? 'none' : event.kind;
}
