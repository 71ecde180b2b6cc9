import { failure } from '../../errors/index.js';
import type { Logger } from '../../log/index.js';
import { isIova, LAST_IOVA } from '../iova.js';
import { RangeSet, type IovaRange } from '../ranges/index.js';
import { EVERY_PAGE_SIZE, type Checkpoint, type SpaceConstraints } from '../space/index.js';

/** So that one client cannot take the PASIDs of all others. */
export const DEFAULT_BIND_LIMIT = 64;

/** What the hardware of a parent's IOMMU can do. */
export interface ParentIommuOptions {
  /** Width of a PASID, 1 .. 20; 20 by default. */
  readonly pasidBits?: number | undefined;
  /** Further PASIDs that one mediated device may have, from 0; {@link DEFAULT_BIND_LIMIT} by default. */
  readonly bindLimit?: number | undefined;
  /** Bitmap of powers of two, each a page size in bytes; every size from 4 KiB by default. */
  readonly pageSizes?: bigint | undefined;
  /** The IOVAs that can be translated; all by default. */
  readonly aperture?: IovaRange | undefined;
  /** IOVAs in the aperture that are never translated, for example those of MSI doorbells. */
  readonly reserved?: readonly IovaRange[] | undefined;
  /** Whether it can record which pages are written; true by default. */
  readonly dirty?: boolean | undefined;
  readonly checkpoint?: Checkpoint | undefined;
  /** Where work is reported that failed after the table had changed. */
  readonly logger?: Logger | undefined;
}

/** What every domain of the IOMMU asks of its space. Throws EINVAL for options that no hardware has. */
export function hardwareConstraints(options: ParentIommuOptions): SpaceConstraints {
  const { bindLimit = DEFAULT_BIND_LIMIT } = options;
  if (!Number.isSafeInteger(bindLimit) || bindLimit < 0) {
    throw failure('iommu.options', { bindLimit });
  }
  const { pageSizes = EVERY_PAGE_SIZE, aperture = { start: 0, last: LAST_IOVA } } = options;
  if (typeof pageSizes !== 'bigint' || pageSizes <= 0n || pageSizes >= 2n ** 64n) {
    throw failure('iommu.options', { pageSizes });
  }
  const untranslated = new RangeSet([checked(aperture)]).complement();
  for (const { start, last } of options.reserved ?? []) {
    checked({ start, last });
    untranslated.add(start, last);
  }
  return { pageSizes, reserved: [...untranslated] };
}

function checked(range: IovaRange): IovaRange {
  if (!isIova(range.start) || !isIova(range.last) || range.start > range.last) {
    throw failure('iommu.options', { start: range.start, last: range.last });
  }
  return range;
}
