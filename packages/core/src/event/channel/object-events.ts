/** Where an object reports what happens to it. Never blocks. */
export interface ObjectEvents {
  /**
   * Once the object, its channel or the device is gone, a report is ignored.
   *
   * @param type - the driver's own number, 0 .. 65535; the event carries it in the driver's namespace
   * @param data - at most 4080 bytes; copied
   * @throws MdevError for a mistake of the driver: EINVAL `event.type`, `event.data`; EMSGSIZE `event.too-large`
   */
  report(type: number, data?: Uint8Array): void;
}
