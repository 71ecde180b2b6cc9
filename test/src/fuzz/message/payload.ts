/** Fields one after the other, little endian: a number as 32 bits, a bigint as 64, and bytes as they are. */
export function payloadOf(...values: readonly (number | bigint | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    values.map((value) => {
      if (typeof value === 'number') {
        return new Uint8Array(Uint32Array.of(value).buffer);
      }
      return typeof value === 'bigint' ? new Uint8Array(BigUint64Array.of(value).buffer) : value;
    }),
  );
}

/** Of VERSION 0.0; `text` has the byte that ends it. */
export function versionPayload(text: string, minor = 0): Uint8Array {
  return payloadOf(minor * 0x1_0000, new TextEncoder().encode(text));
}
