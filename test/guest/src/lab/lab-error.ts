/** Why there is no lab: one line in `message`, and in `detail` what a program said, if one failed. */
export class LabError extends Error {
  override readonly name = 'LabError';

  constructor(
    message: string,
    readonly detail = '',
  ) {
    super(message);
  }
}
