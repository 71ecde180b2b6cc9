/** Byte offsets of mdevkit's vendor capability, shared by its builder and its reader. */
export const vendorLayout = {
  length: 2,
  revision: 3,
  id: 4,
  version: 6,
  payload: 8,
  /** What the revision byte holds. */
  revisionValue: 1,
} as const;
