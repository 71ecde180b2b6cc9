import type { DmaSegment, Iova } from '@mdevkit/core';

/** The address so many bytes further on. */
export function iovaPlus(iova: Iova, bytes: number): Iova {
  return typeof iova === 'number' && Number.isSafeInteger(iova + bytes)
    ? iova + bytes
    : BigInt(iova) + BigInt(bytes);
}

/** The first `carried` bytes of a list. One that does not have `length` bytes is refused as it is. */
export function cutSegments(
  segments: readonly DmaSegment[],
  length: number,
  carried: number,
): readonly DmaSegment[] {
  const total = segments.reduce((sum, segment) => sum + segment.length, 0);
  if (carried === length || total !== length) {
    return segments;
  }
  let left = carried;
  return segments.map(({ iova, length: whole }) => {
    const part = Math.min(left, whole);
    left -= part;
    return { iova, length: part };
  });
}
