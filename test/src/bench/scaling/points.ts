/** `PREFIX.MEASURE.SIZE` of each measure at each size: the name of a point of a scaling curve. */
export function sizesOf(
  prefix: string,
  measures: readonly string[],
  sizes: readonly number[],
): readonly string[] {
  return measures.flatMap((measure) => sizes.map((size) => `${prefix}.${measure}.${size}`));
}
