/** A benchmark that cannot be run here; the message says why. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut';
}
