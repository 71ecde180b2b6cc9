/** Something that the server must never do. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';
}
