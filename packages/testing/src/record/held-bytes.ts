/** The bytes of one item that have come until now. Each is copied a few times at the most, however small the pieces are. */
export class HeldBytes {
  #room = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#room.length) {
      // Twice as much, once an item is known to come in pieces.
      const room = new Uint8Array(this.#length === 0 ? length : length * 2);
      room.set(this.#room.subarray(0, this.#length));
      this.#room = room;
    }
    this.#room.set(bytes, this.#length);
    this.#length = length;
  }

  /** All of them; there are none then. */
  take(): Uint8Array {
    const bytes = this.#room.subarray(0, this.#length);
    this.#room = new Uint8Array(0);
    this.#length = 0;
    return bytes;
  }
}
