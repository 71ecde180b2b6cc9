/**
 * The length of an array whose owner may have detached its buffer: 0 then.
 *
 * `bytes.length` says so, too, but not always: optimised code of V8 11.3 (Node.js 20) that has also seen arrays
 * over resizable buffers goes on telling the old length. The buffer is asked instead, which is too slow for the hot
 * path; there, what a detached array does (throw, or hold `undefined`) leads here.
 */
export function liveLength(bytes: Uint8Array): number {
  return bytes.buffer.byteLength === 0 ? 0 : bytes.length;
}
