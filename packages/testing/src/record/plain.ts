/*
 * A driver in plain JavaScript may pass anything where a number or a text belongs; in a recording there are the types that
 * the contract says.
 */

export function plainNumber(value: unknown): number {
  return Number(value);
}

export function plainText(value: unknown): string {
  return String(value);
}
