/** Where an entry of a legend begins, from the left edge, and in which row. */
export interface LegendPlace {
  readonly x: number;
  readonly row: number;
}

/** The line before a label, and the space on both sides of it. */
const LINE = 22;
const GAP = 14;
/** Of a character at most, on average, in the fonts that systems have. */
const CHARACTER = 6.8;

/** Places of labels beside each other, in as many rows of `width` as they need. */
export function legendPlaces(labels: readonly string[], width: number): readonly LegendPlace[] {
  let [x, row] = [0, 0];
  return labels.map((label) => {
    const length = widthOf(label);
    if (x > 0 && x + length > width) {
      [x, row] = [0, row + 1];
    }
    const place = { x, row };
    x += length + GAP;
    return place;
  });
}

/** Pixels of an entry: its line and its label. */
export function widthOf(label: string): number {
  return LINE + label.length * CHARACTER;
}
