import type { DeviceEvent, DeviceEvents } from '@mdevkit/core';

/** Keeps what a device model reports to its client. */
export class FakeEvents implements DeviceEvents {
  readonly #reported: DeviceEvent[] = [];

  /** Oldest first. */
  get reported(): readonly DeviceEvent[] {
    return this.#reported;
  }

  report(event: DeviceEvent): void {
    this.#reported.push(event);
  }

  /** Those of one kind, oldest first. */
  of<K extends DeviceEvent['kind']>(kind: K): readonly Extract<DeviceEvent, { kind: K }>[] {
    return this.#reported.filter(
      (event): event is Extract<DeviceEvent, { kind: K }> => event.kind === kind,
    );
  }

  clear(): void {
    this.#reported.length = 0;
  }
}
