/** Whether both have the same bytes. It takes as long as they agree: not for secrets, nor for codes made of them. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
