/** Bytes of one job. */
export const CHUNK_SIZE = 256 * 1024;

/** Text-like bytes, the same at every run: words of a small vocabulary in an order that a seed gives. */
export function corpus(chunks: number): readonly Uint8Array[] {
  const vocabulary = Array.from(
    { length: 2000 },
    (_, i) => `word${((i * 7919) % 2003).toString(36)}`,
  );
  let state = 20261121;
  const next = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  return Array.from({ length: chunks }, () => {
    const words: string[] = [];
    for (let length = 0; length < CHUNK_SIZE;) {
      const word = vocabulary[next(vocabulary.length)] ?? '';
      words.push(word);
      length += word.length + 1;
    }
    return new Uint8Array(Buffer.from(words.join(' ')).subarray(0, CHUNK_SIZE));
  });
}
