/** A DOE Capability and its registers are named by where it lies, for example `doe-140` and `doe-140.control`. */
export function capabilityName(at: number): string {
  return `doe-${at.toString(16)}`;
}
