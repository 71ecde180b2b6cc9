import type { Iova } from '../dma/dma.js';
import { advance, isAligned, LAST_IOVA, lastOf } from '../iova.js';
import type { IovaRange } from './iova-range.js';

/** The kernel's PAGE_SIZE of x86. */
const PAGE_SIZE = 4096;

/** The first page is never chosen: an IOVA of 0 looks like none (iopt_alloc_iova). */
export const FIRST_AUTO_IOVA = PAGE_SIZE;

/** Nor is the last page: the kernel searches up to ULONG_MAX - PAGE_SIZE (iopt_alloc_iova). */
export const LAST_AUTO_IOVA: bigint = LAST_IOVA - BigInt(PAGE_SIZE);

/** The kernel's ULONG_MAX / 2. */
const LENGTH_LIMIT = LAST_IOVA / 2n;

/** A place for a map is asked for. */
export interface AllocateIovaRequest {
  /** Bytes, 1 or more. */
  readonly length: Iova;
  /** Where the map starts in its memory, in bytes; what the kernel takes from the user's address. */
  readonly sourceOffset: Iova;
  /** What every map of the space is aligned to, in bytes: a power of two, at most 4096. */
  readonly alignment: number;
  /** The most that a place is aligned to, in bytes: a power of two; 4096 by default. */
  readonly maxAlignment?: number | undefined;
}

/** Whether a map is too long for a place to be chosen: EOVERFLOW in the kernel. */
export function exceedsAutoLength(length: Iova): boolean {
  return length >= LENGTH_LIMIT;
}

/**
 * What the place is aligned to: the smallest of the length rounded up to a power of two, the lowest bit of a
 * `sourceOffset` other than 0, and `maxAlignment`. The kernel's maximum is 2 MiB with transparent huge pages
 * and the page without, as by default here; its selftests area_auto_iova and reserved_overflow count on 2 MiB.
 * The kernel answers EINVAL if the result is less than the alignment of the space, that is, if the source is
 * less aligned than the space.
 *
 * Source: Linux drivers/iommu/iommufd/io_pagetable.c, iopt_alloc_iova.
 */
export function autoIovaAlignment(request: AllocateIovaRequest): number {
  const { length, sourceOffset, maxAlignment = PAGE_SIZE } = request;
  let alignment = 1;
  while (alignment < maxAlignment && alignment < length) {
    alignment *= 2;
  }
  while (alignment > 1 && !isAligned(sourceOffset, alignment)) {
    alignment /= 2;
  }
  return alignment;
}

/**
 * The lowest place for a map, or undefined if there is none (ENOSPC). `free` are the ranges that are neither
 * mapped nor reserved and lie in the allowed ones, if a list of these exists; ascending.
 *
 * The place is aligned to {@link autoIovaAlignment}, and lies in its page where the source lies in its page.
 * There is none for a length of 0 or one that {@link exceedsAutoLength}, nor for a source that is less aligned
 * than the space. All of the map lies in one free range between {@link FIRST_AUTO_IOVA} and
 * {@link LAST_AUTO_IOVA}.
 *
 * In a space with an alignment below a page the kernel differs: it only sets the bits of the source's offset
 * in the aligned start of a range, so that small maps may share a page and lose their offset in it, and it
 * does not place a single byte at the end of a range.
 *
 * Nothing is added to an address before it is known to stay below 2^64: a sum that wrapped once let a place
 * overlap a reserved range (the reserved_overflow selftest of tools/testing/selftests/iommu/iommufd.c).
 *
 * Source: Linux drivers/iommu/iommufd/io_pagetable.c, iopt_alloc_iova, __alloc_iova_check_range.
 */
export function allocateIova(
  request: AllocateIovaRequest,
  free: Iterable<IovaRange>,
): Iova | undefined {
  const { length, sourceOffset } = request;
  const alignment = autoIovaAlignment(request);
  if (length <= 0 || exceedsAutoLength(length) || alignment < request.alignment) {
    return undefined;
  }
  // A source that is aligned to more than a page has no offset in its page.
  const modulus = Math.max(alignment, PAGE_SIZE);
  const offset = remainder(sourceOffset, PAGE_SIZE);
  for (const { start, last } of free) {
    const from = start < FIRST_AUTO_IOVA ? FIRST_AUTO_IOVA : start;
    const place = advance(from, (modulus + offset - remainder(from, modulus)) % modulus);
    const placeLast = lastOf(place, length);
    if (placeLast !== undefined && placeLast <= last && placeLast <= LAST_AUTO_IOVA) {
      return place;
    }
  }
  return undefined;
}

function remainder(value: Iova, modulus: number): number {
  return typeof value === 'number' ? value % modulus : Number(value % BigInt(modulus));
}
