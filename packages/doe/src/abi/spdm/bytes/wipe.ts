/** Zeros in place of secrets that are not needed any more, so that no later reader of the memory finds them. */
export function wipeBytes(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
