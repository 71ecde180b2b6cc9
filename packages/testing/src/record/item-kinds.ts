/** The first integer of an item says what it is. */
export const itemKinds = {
  /** A call that was answered with nothing in between: [0, dt, call, args, took, value]. */
  done: 0,
  /** One that threw: [1, dt, call, args, took, error]. */
  refused: 1,
  /** A call whose answer comes later: [2, dt, call, args]. */
  call: 2,
  /** [3, dt, id, value] */
  answer: 3,
  /** [4, dt, id, error] */
  refusal: 4,
  /** [5, dt, action, index, subindex, delivered] */
  irq: 5,
  /** [6, dt, access, pasid, iova, length, bytes?, from?, error?] */
  dma: 6,
  /** [7, dt, event, …] */
  event: 7,
  /** [8, dt] */
  end: 8,
  /** [9, dt, element, type, bytes] */
  objectEvent: 9,
} as const;

/** The first item of a recording is [MAGIC, version, mdev, device]. */
export const MAGIC = 'mdevkit-recording';

/** Bytes of the largest item that is written, and by default of the largest that is read. */
export const MAX_ITEM_BYTES = 1 << 26;

/** Values in one item, at the most: they take more room than their bytes. */
export const MAX_ITEM_PARTS = 1 << 20;

/** Arrays and maps in one another, at the most. */
export const MAX_ITEM_DEPTH = 12;

/** Calls that wait for their answers at one time, at the most. */
export const MAX_OPEN_CALLS = 1 << 16;
