/** `MEASURE.SIZE` at each size: the names of the points of a scaling curve. */
export function sizesOf(measure: string, sizes: readonly number[]): readonly string[] {
  return sizes.map((size) => `${measure}.${size}`);
}
